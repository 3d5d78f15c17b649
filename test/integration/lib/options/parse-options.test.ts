import { describe, expect, it } from '@jest/globals';
import { InvalidOptions, parseOptions } from '../../../../lib/options/parse-options.ts';

const certificate = 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';
const topic = 'arn:aws:sns:ap-south-1:111122223333:alarms';

describe('parseOptions', () => {
  it('applies the defaults', () => {
    expect(parseOptions({})).toMatchObject({
      authorization: 'iam',
      secretPrefix: 'kaleyra/',
      staticEgress: false,
      memoryMb: 512,
    });
  });

  it('accepts its own result', () => {
    const options = parseOptions({ secretKeyArn: 'arn:aws:kms:ap-south-1:111122223333:key/00000000' });
    expect(parseOptions(options)).toEqual(options);
  });

  it('reports every invalid value in one error', () => {
    expect(() => parseOptions({ pod: 'MARS', throttleRate: 0 })).toThrow(
      new InvalidOptions([
        'Option pod is "MARS". It must be one of IN, SG, EU, NA.',
        'Option throttleRate is 0. It must be a whole number from 1 to 10000.',
      ]),
    );
  });

  it.each([
    [
      { domainName: 'verify.example.com' },
      'Options domainName and certificateArn belong together. Set both or neither.',
    ],
    [
      { certificateArn: certificate },
      'Options domainName and certificateArn belong together. Set both or neither.',
    ],
    [{ vpcId: 'vpc-01234567' }, 'Options vpcId and subnetIds belong together. Set both or neither.'],
    [
      { authorization: 'jwt' },
      'Option authorization=jwt needs jwtIssuer: an https URL.\nOption authorization=jwt needs jwtAudience: comma-separated audiences.',
    ],
    [
      { staticEgress: true, vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'] },
      'Options staticEgress and vpcId exclude each other. A VPC of your own already has a NAT and its address.',
    ],
    [
      { egressAllocationId: 'eipalloc-01234567' },
      'Option egressAllocationId has an effect only with staticEgress=true.',
    ],
    [{ keepDefaultEndpoint: true }, 'Option keepDefaultEndpoint has an effect only with domainName.'],
    [
      { alarmTopicArn: topic, alarmEmail: 'ops@example.com' },
      'Options alarmTopicArn and alarmEmail exclude each other. Subscribe the address to the topic instead.',
    ],
    [{ attemptsOnFailure: 'refuse' }, 'Option attemptsOnFailure has an effect only with countAttempts=true.'],
    [
      { tenantRequestsPerMinute: 60 },
      'Option tenantRequestsPerMinute has an effect only with countAttempts=true.',
    ],
    [
      { reservedConcurrency: 2, provisionedConcurrency: 3 },
      'Option provisionedConcurrency is 3. It must be at most reservedConcurrency, 2.',
    ],
  ])('rejects %j', (given, message) => {
    expect(() => parseOptions(given)).toThrow(new Error(message));
  });
});
