import { describe, expect, it } from '@jest/globals';
import { readContext } from '../../../../lib/options/read-context.ts';

const read = (context: Readonly<Record<string, unknown>>) => readContext(context, 'us-east-1');
const topicIn = (region: string) => `arn:aws:sns:${region}:111122223333:alarms`;
const role = 'arn:aws:iam::111122223333:role/backend';

describe('readContext', () => {
  it('deploys to the current region by default', () => {
    expect(read({}).deployments).toMatchObject([
      { region: 'us-east-1', passwordWorkflow: false, options: { memoryMb: 512 } },
    ]);
  });

  it('deploys to each region of a list, with the same options', () => {
    expect(read({ regions: 'ap-south-1,eu-west-1', memoryMb: '1024' }).deployments).toMatchObject([
      { region: 'ap-south-1', options: { memoryMb: 1024 } },
      { region: 'eu-west-1', options: { memoryMb: 1024 } },
    ]);
  });

  const regions = {
    'ap-south-1': { alarmTopicArn: topicIn('ap-south-1'), memoryMb: 2048 },
    'eu-west-1': { alarmTopicArn: topicIn('eu-west-1'), passwordWorkflow: true },
  };

  it.each([
    ['an object', regions],
    ['JSON', JSON.stringify(regions)],
  ])('gives each region its own options, which take precedence, from %s', (_form, given) => {
    expect(read({ regions: given, memoryMb: '1024' }).deployments).toMatchObject([
      {
        region: 'ap-south-1',
        passwordWorkflow: false,
        options: { memoryMb: 2048, alarmTopicArn: topicIn('ap-south-1') },
      },
      {
        region: 'eu-west-1',
        passwordWorkflow: true,
        options: { memoryMb: 1024, alarmTopicArn: topicIn('eu-west-1') },
      },
    ]);
  });

  it('names the region of a problem in its own options', () => {
    expect(() => read({ regions: { 'ap-south-1': { memoryMb: 1 }, 'eu-west-1': {} } })).toThrow(
      new Error('Option memoryMb is 1. It must be a whole number from 128 to 10240. (region ap-south-1)'),
    );
  });

  it('reports a problem of all regions once', () => {
    expect(() => read({ regions: 'ap-south-1,eu-west-1', memoryMb: '1' })).toThrow(
      new Error('Option memoryMb is "1". It must be a whole number from 128 to 10240.'),
    );
  });

  it.each([
    [{ stage: 'test' }, 'Option stage cannot be set for one region.'],
    [{ regions: 'eu-west-1' }, 'Option regions cannot be set for one region.'],
    [{ memory: 512 }, 'There is no option memory. Did you mean memoryMb?'],
    [{ team: 'payments' }, 'There is no option team. See docs/options.md.'],
  ])('rejects %j for one region', (own, problem) => {
    expect(() => read({ regions: { 'ap-south-1': own } })).toThrow(
      new Error(`${problem} (region ap-south-1)`),
    );
  });

  it('keeps the secrets of a stage apart, unless secretPrefix is set', () => {
    expect(read({ stage: 'staging' }).deployments).toMatchObject([
      { stage: 'staging', options: { secretPrefix: 'kaleyra-staging/' } },
    ]);
    expect(read({ stage: 'staging', secretPrefix: 'test/' }).deployments).toMatchObject([
      { options: { secretPrefix: 'test/' } },
    ]);
  });

  it.each([
    ['memorymb', 'memoryMb'],
    ['memory', 'memoryMb'],
    ['pods', 'pod'],
    ['throttle-rate', 'throttleRate'],
    ['region', 'regions'],
    ['SECRETKEYARN', 'secretKeyArn'],
    ['secretKeyArns', 'secretKeyArn'],
  ])('rejects %s and suggests %s', (name, option) => {
    expect(() => read({ [name]: 'x' })).toThrow(
      new Error(`There is no option ${name}. Did you mean ${option}?`),
    );
  });

  it('accepts other names and lists them', () => {
    expect(read({ team: 'payments', costCentre: 7 }).unused).toEqual(['team', 'costCentre']);
  });

  it("ignores the CDK's own context", () => {
    const context = {
      '@aws-cdk/core:checkSecretUsage': true,
      'aws:cdk:enable-path-metadata': true,
      'availability-zones:account=111122223333:region=eu-west-1': [],
      'cli-telemetry': false,
      'acknowledged-issue-numbers': [1],
    };
    expect(read(context).unused).toEqual([]);
  });

  it.each([
    [{ answerRoleArns: role }, 'Option answerRoleArns has an effect only with passwordWorkflow=true.'],
    [
      {
        verifyRoleArns: `acme=${role}`,
        authorization: 'jwt',
        jwtIssuer: 'https://issuer.example.com',
        jwtAudience: 'verify',
      },
      'Option verifyRoleArns has an effect only with authorization=iam.',
    ],
  ])('rejects %j', (context, message) => {
    expect(() => read(context)).toThrow(new Error(message));
  });

  it('reports everything that is wrong in one error', () => {
    expect(() => read({ regions: 'moon', pods: 'EU', removalPolicy: 'burn' })).toThrow(
      /^There is no option pods\..*\nOption removalPolicy is "burn"\..*\nOption regions is "moon"\./,
    );
  });
});
