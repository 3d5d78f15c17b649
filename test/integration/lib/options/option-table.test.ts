import { describe, expect, it } from '@jest/globals';
import { deploymentOptionTable } from '../../../../lib/options/deployment-option-table.ts';
import { optionTable } from '../../../../lib/options/option-table.ts';

const key = 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000';
const certificate = 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';
const topic = 'arn:aws:sns:ap-south-1:111122223333:alarms';

const role = 'arn:aws:iam::111122223333:role/backend';

/** For each option: a text as `-c` passes it, its value, and values that are rejected. */
const cases: Readonly<Record<string, { text: string; value: unknown; rejected: readonly unknown[] }>> = {
  pod: { text: 'IN', value: 'IN', rejected: ['in', 'India', '', 1] },
  secretPrefix: {
    text: 'prod/kaleyra/',
    value: 'prod/kaleyra/',
    rejected: ['', 'kaleyra', 'kaleyra/*', 'a b/', 'é/'],
  },
  secretKeyArn: {
    text: key,
    value: [key],
    rejected: ['alias/kaleyra', key.replace('kms', 's3'), `${key}*`, `${key},${key}`],
  },
  secretTtlSeconds: { text: '60', value: 60, rejected: ['0', '3601', '1.5', '6e1', 'soon', 0.5, true] },
  kaleyraTimeoutMs: { text: '18000', value: 18_000, rejected: ['99', '18001', '-1'] },
  throttleRate: { text: '5', value: 5, rejected: ['0', '10001', 'none'] },
  throttleBurst: { text: '5', value: 5, rejected: ['0', '5001'] },
  memoryMb: { text: '1024', value: 1024, rejected: ['127', '10241', '1 GB'] },
  architecture: { text: 'x86_64', value: 'x86_64', rejected: ['ARM', 'x64'] },
  logRetentionDays: { text: '365', value: 365, rejected: ['0', '2', '9999', 'forever'] },
  reservedConcurrency: { text: '10', value: 10, rejected: ['0', 'all'] },
  provisionedConcurrency: { text: '1', value: 1, rejected: ['0', '-1'] },
  releases: { text: 'linear', value: 'linear', rejected: ['blue-green', 'CANARY', ''] },
  authorization: { text: 'iam', value: 'iam', rejected: ['none', 'NONE', '', 'false', false, null] },
  jwtIssuer: {
    text: 'https://issuer.example.com/pool',
    value: 'https://issuer.example.com/pool',
    rejected: ['http://issuer.example.com', 'issuer.example.com', 'https://'],
  },
  jwtAudience: { text: 'a, b', value: ['a', 'b'], rejected: ['', ',', 'a,a'] },
  jwtTenantClaim: { text: 'custom:tenant', value: 'custom:tenant', rejected: ['', 'two words'] },
  jwtScopes: { text: 'verify:number', value: ['verify:number'], rejected: ['', 'a,,b'] },
  countAttempts: { text: 'true', value: true, rejected: ['5', 'on'] },
  attemptsOnFailure: { text: 'refuse', value: 'refuse', rejected: ['deny', ''] },
  tenantRequestsPerMinute: { text: '1000', value: 1000, rejected: ['0', '1001'] },
  problemTypeBase: {
    text: 'https://docs.example.com/problems',
    value: 'https://docs.example.com/problems',
    rejected: ['docs.example.com', 'http://docs.example.com', 'https://docs.example.com/#problems', ''],
  },
  domainName: {
    text: 'verify.example.com',
    value: 'verify.example.com',
    rejected: ['https://verify.example.com', 'Verify.Example.com', 'localhost', '-a.example.com'],
  },
  certificateArn: { text: certificate, value: certificate, rejected: [key, 'example.com'] },
  keepDefaultEndpoint: { text: 'true', value: true, rejected: ['keep'] },
  tracing: { text: 'true', value: true, rejected: ['yes', '1', ''] },
  staticEgress: { text: 'false', value: false, rejected: ['on'] },
  egressAllocationId: {
    text: 'eipalloc-01234567',
    value: 'eipalloc-01234567',
    rejected: ['01234567', '203.0.113.7'],
  },
  vpcId: { text: 'vpc-01234567', value: 'vpc-01234567', rejected: ['01234567', 'vpc-xyz'] },
  subnetIds: {
    text: 'subnet-01234567,subnet-89abcdef',
    value: ['subnet-01234567', 'subnet-89abcdef'],
    rejected: ['', 'vpc-01234567'],
  },
  leaveVpc: { text: 'true', value: true, rejected: ['vpc-01234567'] },
  alarmTopicArn: { text: topic, value: topic, rejected: ['alarms', key] },
  alarmEmail: {
    text: 'ops@example.com',
    value: 'ops@example.com',
    rejected: ['ops', 'a@b', 'a b@example.com'],
  },
  expectTrafficEvery: { text: '60', value: 60, rejected: ['4', '1441', '1h'] },
  logKeyArn: { text: key, value: key, rejected: ['alias/logs', topic] },
  removalPolicy: { text: 'destroy', value: 'destroy', rejected: ['snapshot', 'DESTROY'] },
  regions: {
    text: 'ap-south-1, eu-west-1',
    value: { 'ap-south-1': {}, 'eu-west-1': {} },
    rejected: [
      '',
      'ap-south',
      'us-east-1,us-east-1',
      'us-east-1,',
      [],
      7,
      '{"us-east-1"',
      '{}',
      { moon: {} },
      { 'us-east-1': 1 },
    ],
  },
  stage: { text: 'staging', value: 'staging', rejected: ['', 'Prod', '1st', 'a'.repeat(21)] },
  passwordWorkflow: { text: 'true', value: true, rejected: ['yes'] },
  terminationProtection: { text: 'true', value: true, rejected: ['yes'] },
  verifyRoleArns: {
    text: `acme=${role}, globex=${role},acme=${role}2`,
    value: { acme: [role, `${role}2`], globex: [role] },
    rejected: ['', role, '{"acme"', 'acme=', `*=${role}`, 'acme=backend', {}, { acme: [] }, [role]],
  },
  invokeRoleArns: { text: `${role},${role}2`, value: [role, `${role}2`], rejected: ['', 'backend', key] },
  answerRoleArns: { text: role, value: [role], rejected: ['', 'backend', `${role}*`] },
};

const allOptions = { ...optionTable, ...deploymentOptionTable };

describe('options whose value is an object', () => {
  it.each([
    [deploymentOptionTable.regions.kind, { 'ap-south-1': { memoryMb: 1024 }, 'eu-west-1': {} }],
    [deploymentOptionTable.verifyRoleArns.kind, { acme: [role], globex: [role, `${role}2`] }],
  ])('are read from JSON', (kind, value) => {
    expect(kind.read(JSON.stringify(value))).toEqual(value);
  });

  it('accept one role instead of a list', () => {
    expect(deploymentOptionTable.verifyRoleArns.kind.read({ acme: role })).toEqual({ acme: [role] });
  });
});

describe('every option', () => {
  it('has a case in this file', () => {
    expect(Object.keys(cases)).toEqual(Object.keys(allOptions));
  });
});

describe.each(Object.entries(allOptions))('option %s', (name, { kind, ...definition }) => {
  const { text, value, rejected } = cases[name] ?? { text: '', value: undefined, rejected: [] };

  it('is read from text, and from its own value', () => {
    expect(kind.read(text)).toEqual(value);
    expect(kind.read(value)).toEqual(value);
  });

  it('rejects values that are not valid', () => {
    expect(rejected).not.toHaveLength(0);
    for (const invalid of rejected) expect([invalid, kind.read(invalid)]).toEqual([invalid, undefined]);
  });

  it('has a valid default, or describes its default in words', () => {
    if ('default' in definition) expect(kind.read(definition.default)).toEqual(definition.default);
    else expect(definition.defaultInWords).toBeTruthy();
  });

  it('completes the sentence "It must be …" in its error message', () => {
    expect(kind.accepts).toMatch(/^(a|an|the|one|true|comma-separated|pairs|1-\d+) /);
  });
});
