import { describe, expect, it } from '@jest/globals';
import {
  isProblemTypeBase,
  isSecretPrefix,
  readConfig,
  variables,
} from '../../../../functions/verify-number/config.ts';

const region = { AWS_REGION: 'eu-west-1' };

describe('readConfig', () => {
  it('has the documented defaults', () => {
    expect(readConfig(region)).toEqual({
      secretPrefix: 'kaleyra/',
      secretTtlMs: 300_000,
      pod: 'EU',
      kaleyraTimeoutMs: 10_000,
    });
  });

  it('treats an empty variable like one that is not set', () => {
    const empty = Object.fromEntries(Object.values(variables).map((name) => [name, '']));
    expect(readConfig({ ...region, ...empty })).toEqual(readConfig(region));
  });

  it('reads every variable', () => {
    const environment = {
      AWS_REGION: 'me-central-1',
      SECRET_PREFIX: 'prod/kaleyra.in_use+a=b@c-/',
      SECRET_TTL_SECONDS: '60',
      KALEYRA_POD: 'NA',
      KALEYRA_TIMEOUT_MS: '2500',
      TENANT_CLAIM: 'custom:tenant',
      PROBLEM_TYPE_BASE: 'https://docs.example.com/problems',
      ATTEMPTS_TABLE: 'a_table.of-1',
      ATTEMPTS_ON_FAILURE: 'refuse',
      TENANT_REQUESTS_PER_MINUTE: '7',
    };
    expect(readConfig(environment)).toEqual({
      secretPrefix: 'prod/kaleyra.in_use+a=b@c-/',
      secretTtlMs: 60_000,
      pod: 'NA',
      kaleyraTimeoutMs: 2500,
      tenantClaim: 'custom:tenant',
      problemTypeBase: 'https://docs.example.com/problems',
      attempts: { table: 'a_table.of-1', onFailure: 'refuse', tenantRequestsPerMinute: 7 },
    });
    expect(Object.keys(environment).slice(1).sort()).toEqual(Object.values(variables).sort());
  });

  it.each([
    ['SECRET_TTL_SECONDS', '1', '3600', ['0', '3601']],
    ['KALEYRA_TIMEOUT_MS', '100', '18000', ['99', '18001']],
    ['TENANT_REQUESTS_PER_MINUTE', '1', '1000', ['0', '1001']],
  ])('accepts %s from %s to %s', (name, min, max, outside) => {
    const read = (value: string) => readConfig({ ...region, ATTEMPTS_TABLE: 'attempts', [name]: value });
    expect(() => read(min)).not.toThrow();
    expect(() => read(max)).not.toThrow();
    for (const value of [...outside, '-1', '1.5', '1e3', ' 300', '300s', 'NaN', '0x64', '1'.repeat(10)]) {
      expect(() => read(value)).toThrow(`${name} must be a whole number from ${min} to ${max}`);
    }
  });

  it.each(['me-central-1', '', undefined])(
    'rejects the region %j and names the variable that sets the pod',
    (name) => {
      expect(() => readConfig({ AWS_REGION: name })).toThrow(
        'The region in AWS_REGION has no default pod. Set KALEYRA_POD to one of IN, SG, EU, NA',
      );
    },
  );

  it('rejects an unknown pod', () => {
    expect(() => readConfig({ ...region, KALEYRA_POD: 'eu' })).toThrow(
      'KALEYRA_POD must be one of IN, SG, EU, NA',
    );
  });

  it.each(['kaleyra', 'kaleyra:', 'arn:aws:x:/', 'a b/', 'é/', 'a/\n'])(
    'rejects the secret prefix %j',
    (prefix) => {
      expect(() => readConfig({ ...region, SECRET_PREFIX: prefix })).toThrow(
        'SECRET_PREFIX must be 1-256 characters from A-Z a-z 0-9 / _ + = . @ - that end with /',
      );
    },
  );

  it('rejects a problem type base that readers cannot open', () => {
    const environment = { ...region, PROBLEM_TYPE_BASE: 'http://docs.example.com/problems' };
    expect(() => readConfig(environment)).toThrow(
      'PROBLEM_TYPE_BASE must be an https URL without a fragment, or an http URL on loopback',
    );
  });

  it('counts attempts only if a table is set, and allows what it cannot count by default', () => {
    expect(readConfig(region)).not.toHaveProperty('attempts');
    expect(readConfig({ ...region, ATTEMPTS_TABLE: 'attempts' }).attempts).toEqual({
      table: 'attempts',
      onFailure: 'allow',
      tenantRequestsPerMinute: 60,
    });
  });

  it.each(['ab', 'x'.repeat(256), 'a table', 'arn:aws:dynamodb:eu-west-1:000000000000:table/attempts'])(
    'rejects the table name %j',
    (table) => {
      expect(() => readConfig({ ...region, ATTEMPTS_TABLE: table })).toThrow(
        'ATTEMPTS_TABLE must be 3-255 characters from A-Z a-z 0-9 _ . -',
      );
    },
  );

  it('rejects an unknown value for attempts that cannot be counted', () => {
    const environment = { ...region, ATTEMPTS_TABLE: 'attempts', ATTEMPTS_ON_FAILURE: 'ignore' };
    expect(() => readConfig(environment)).toThrow('ATTEMPTS_ON_FAILURE must be one of allow, refuse');
  });
});

describe('isSecretPrefix', () => {
  it('leaves room for a tenant id of 64 characters in the 512 of a secret name', () => {
    expect(isSecretPrefix(`${'x'.repeat(255)}/`)).toBe(true);
    expect(isSecretPrefix(`${'x'.repeat(256)}/`)).toBe(false);
  });

  it('requires a final slash', () => {
    expect(isSecretPrefix('/')).toBe(true);
    expect(isSecretPrefix('')).toBe(false);
    expect(isSecretPrefix('kaleyra')).toBe(false);
  });
});

describe('isProblemTypeBase', () => {
  const loopback = [
    'http://localhost:3000/x',
    'http://127.10.20.30/x',
    'http://[::1]/x',
    'http://[::1]:3000/x',
  ];
  it.each([...loopback, 'https://docs.example.com/x?v=2', `https://docs.example.com/${'p'.repeat(975)}`])(
    'accepts %s',
    (value) => {
      expect(isProblemTypeBase(value)).toBe(true);
    },
  );

  const remote = [
    'http://docs.example.com/x',
    'http://127.0.0.1.example.com/',
    'https://docs.example.com/#x',
  ];
  const notHttp = ['ftp://localhost/x', 'javascript:alert(1)', 'docs.example.com'];
  it.each([...remote, ...notHttp, `https://docs.example.com/${'p'.repeat(976)}`])('rejects %s', (value) => {
    expect(isProblemTypeBase(value)).toBe(false);
  });
});
