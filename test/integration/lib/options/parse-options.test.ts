import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  InvalidOptions,
  optionNames,
  optionsMarkdown,
  parseOptions,
} from '../../../../lib/options/parse-options.ts';

const key = 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000';
const certificate = 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';
const topic = 'arn:aws:sns:ap-south-1:111122223333:alarms';

/** What goes with an option that cannot stand alone. */
const company: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  jwtIssuer: { jwtAudience: 'verify' },
  jwtAudience: { jwtIssuer: 'https://issuer.example.com' },
  attemptsOnFailure: { countAttempts: 'true' },
  domainName: { certificateArn: certificate },
  certificateArn: { domainName: 'verify.example.com' },
  vpcId: { subnetIds: 'subnet-01234567' },
  subnetIds: { vpcId: 'vpc-01234567' },
};

/** For each option: what `-c` gives, what it is read as, and what is refused. */
const cases: Readonly<Record<string, { text: string; value: unknown; refused: readonly unknown[] }>> = {
  regions: {
    text: 'ap-south-1, eu-west-1',
    value: ['ap-south-1', 'eu-west-1'],
    refused: ['', 'ap-south', 'us-east-1,us-east-1', 'us-east-1,', [], 7],
  },
  pod: { text: 'IN', value: 'IN', refused: ['in', 'India', '', 1] },
  secretPrefix: { text: 'prod/kaleyra/', value: 'prod/kaleyra/', refused: ['', 'kaleyra/*', 'a b', 'é'] },
  secretKeyArn: {
    text: key,
    value: [key],
    refused: ['alias/kaleyra', key.replace('kms', 's3'), `${key}*`, `${key},${key}`],
  },
  secretTtlSeconds: { text: '60', value: 60, refused: ['0', '3601', '1.5', '6e1', 'soon', 0.5, true] },
  kaleyraTimeoutMs: { text: '20000', value: 20_000, refused: ['99', '20001', '-1'] },
  throttleRate: { text: '5', value: 5, refused: ['0', '10001', 'none'] },
  throttleBurst: { text: '5', value: 5, refused: ['0', '5001'] },
  memoryMb: { text: '1024', value: 1024, refused: ['127', '10241', '1 GB'] },
  architecture: { text: 'x86_64', value: 'x86_64', refused: ['ARM', 'x64'] },
  logRetentionDays: { text: '365', value: 365, refused: ['0', '2', '9999', 'forever'] },
  reservedConcurrency: { text: '10', value: 10, refused: ['0', 'all'] },
  provisionedConcurrency: { text: '1', value: 1, refused: ['0', '-1'] },
  authorization: { text: 'iam', value: 'iam', refused: ['none', 'NONE', '', 'false', false, null] },
  jwtIssuer: {
    text: 'https://issuer.example.com/pool',
    value: 'https://issuer.example.com/pool',
    refused: ['http://issuer.example.com', 'issuer.example.com', 'https://'],
  },
  jwtAudience: { text: 'a, b', value: ['a', 'b'], refused: ['', ',', 'a,a'] },
  jwtTenantClaim: { text: 'custom:tenant', value: 'custom:tenant', refused: ['', 'two words'] },
  jwtScopes: { text: 'verify:number', value: ['verify:number'], refused: ['', 'a,,b'] },
  countAttempts: { text: 'true', value: true, refused: ['5', 'on'] },
  attemptsOnFailure: { text: 'refuse', value: 'refuse', refused: ['deny', ''] },
  domainName: {
    text: 'verify.example.com',
    value: 'verify.example.com',
    refused: ['https://verify.example.com', 'Verify.Example.com', 'localhost', '-a.example.com'],
  },
  certificateArn: { text: certificate, value: certificate, refused: [key, 'example.com'] },
  tracing: { text: 'true', value: true, refused: ['yes', '1', ''] },
  staticEgress: { text: 'false', value: false, refused: ['on'] },
  vpcId: { text: 'vpc-01234567', value: 'vpc-01234567', refused: ['01234567', 'vpc-xyz'] },
  subnetIds: {
    text: 'subnet-01234567,subnet-89abcdef',
    value: ['subnet-01234567', 'subnet-89abcdef'],
    refused: ['', 'vpc-01234567'],
  },
  alarmTopicArn: { text: topic, value: topic, refused: ['alarms', key] },
  alarmEmail: {
    text: 'ops@example.com',
    value: 'ops@example.com',
    refused: ['ops', 'a@b', 'a b@example.com'],
  },
  passwordWorkflow: { text: 'true', value: true, refused: ['yes'] },
  removalPolicy: { text: 'destroy', value: 'destroy', refused: ['snapshot', 'DESTROY'] },
};

const refusal = (given: Readonly<Record<string, unknown>>): string => {
  try {
    parseOptions(given);
  } catch (error) {
    if (error instanceof InvalidOptions) return error.message;
  }
  throw new Error('The options were not refused');
};

describe('every option', () => {
  it('has a case below', () => {
    expect(Object.keys(cases)).toEqual([...optionNames]);
  });

  it.each(Object.entries(cases))(
    '%s is read from text, and as the value that it is read as',
    (name, { text, value }) => {
      const jwt = name.startsWith('jwtI') || name.startsWith('jwtA') ? { authorization: 'jwt' } : {};
      for (const given of [text, value]) {
        expect(parseOptions({ ...jwt, ...company[name], [name]: given })).toMatchObject({ [name]: value });
      }
    },
  );

  it.each(Object.entries(cases).flatMap(([name, { refused }]) => refused.map((value) => ({ name, value }))))(
    '$name refuses $value, and says what it accepts',
    ({ name, value }) => {
      expect(refusal({ [name]: value })).toMatch(
        new RegExp(`^Option ${name} is .*\\. It must be (a|an|the|one|true|comma-separated|1-256) .*\\.$`),
      );
    },
  );

  it('has a default or none, which is a set of options like any other', () => {
    const defaults = parseOptions({});
    expect(parseOptions(defaults)).toEqual(defaults);
    expect(defaults).toMatchObject({ authorization: 'iam', secretPrefix: 'kaleyra/', staticEgress: false });
  });
});

describe('options together', () => {
  it.each([
    [
      { domainName: 'verify.example.com' },
      'Options domainName and certificateArn go together: give both or neither.',
    ],
    [
      { certificateArn: certificate },
      'Options domainName and certificateArn go together: give both or neither.',
    ],
    [{ vpcId: 'vpc-01234567' }, 'Options vpcId and subnetIds go together: give both or neither.'],
    [
      { authorization: 'jwt' },
      'Option authorization=jwt needs jwtIssuer: an https URL.\nOption authorization=jwt needs jwtAudience: comma-separated audiences.',
    ],
    [
      { staticEgress: true, vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'] },
      "Option staticEgress makes a VPC, and vpcId names one: give one of them. A VPC of yours has its own NAT's address.",
    ],
    [
      { alarmTopicArn: topic, alarmEmail: 'ops@example.com' },
      'Options alarmTopicArn and alarmEmail say where alarms go in two ways: give one of them.',
    ],
    [{ attemptsOnFailure: 'refuse' }, 'Option attemptsOnFailure has a meaning only with countAttempts=true.'],
    [
      { reservedConcurrency: 2, provisionedConcurrency: 3 },
      'Option provisionedConcurrency is 3. It must be at most reservedConcurrency, 2.',
    ],
  ])('%j are refused', (given, message) => {
    expect(refusal(given)).toBe(message);
  });

  it('are told of all that is wrong with them at once, a name that is no option too', () => {
    expect(refusal({ pod: 'MARS', memory: 1, throttleRate: 0 }).split('\n')).toEqual([
      expect.stringMatching(/^There is no option memory\. The options are regions, pod, /),
      'Option pod is "MARS". It must be one of IN, SG, EU, NA.',
      'Option throttleRate is 0. It must be a whole number from 1 to 10000.',
    ]);
  });
});

describe('the table of options', () => {
  it('stands in the README as it is: `npm run docs` puts it there', async () => {
    const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8');
    const [, stands] = /<!-- options:start -->\n([\s\S]*?)\n<!-- options:end -->/.exec(readme) ?? [];
    expect(stands).toBe(optionsMarkdown());
  });

  it('has one row for each, whose cells hold nothing that Markdown would take for its own', () => {
    const rows = optionsMarkdown().split('\n').slice(2);
    expect(rows).toHaveLength(optionNames.length);
    for (const row of rows) expect(row).toMatch(/^\| `\w+` \|( [^|<>*]+ \|){3}$/);
  });
});
