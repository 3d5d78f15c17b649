import { describe, expect, it } from '@jest/globals';
import { isSecretPrefix, readConfig } from '../../../../functions/verify-number/config.ts';

const region = { AWS_REGION: 'eu-west-1' };

describe('config', () => {
  it('has the documented defaults', () => {
    expect(readConfig(region)).toEqual({
      secretPrefix: 'kaleyra/',
      secretTtlMs: 300_000,
      pod: 'EU',
      kaleyraTimeoutMs: 10_000,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = {
      SECRET_PREFIX: '',
      SECRET_TTL_SECONDS: '',
      KALEYRA_POD: '',
      KALEYRA_TIMEOUT_MS: '',
      TENANT_CLAIM: '',
    };
    expect(readConfig({ ...region, ...empty })).toEqual(readConfig(region));
  });

  it('takes each variable', () => {
    const environment = {
      AWS_REGION: 'me-central-1',
      SECRET_PREFIX: 'prod/kaleyra.in_use+a=b@c-',
      SECRET_TTL_SECONDS: '60',
      KALEYRA_POD: 'NA',
      KALEYRA_TIMEOUT_MS: '2500',
      TENANT_CLAIM: 'custom:tenant',
    };
    expect(readConfig(environment)).toEqual({
      secretPrefix: 'prod/kaleyra.in_use+a=b@c-',
      secretTtlMs: 60_000,
      pod: 'NA',
      kaleyraTimeoutMs: 2500,
      tenantClaim: 'custom:tenant',
    });
  });

  it.each([
    ['SECRET_TTL_SECONDS', '1', '3600', ['0', '3601']],
    ['KALEYRA_TIMEOUT_MS', '100', '20000', ['99', '20001']],
  ])('keeps %s between %s and %s', (name, min, max, outside) => {
    expect(() => readConfig({ ...region, [name]: min })).not.toThrow();
    expect(() => readConfig({ ...region, [name]: max })).not.toThrow();
    for (const value of [...outside, '-1', '1.5', '1e3', ' 300', '300s', 'NaN', '0x64', '1'.repeat(10)]) {
      expect(() => readConfig({ ...region, [name]: value })).toThrow(
        `${name} must be a whole number from ${min} to ${max}`,
      );
    }
  });

  it.each(['me-central-1', '', undefined])(
    'refuses region %j, and names the option that sets the pod',
    (name) => {
      expect(() => readConfig({ AWS_REGION: name })).toThrow(
        'AWS_REGION names no region with a Kaleyra pod: set KALEYRA_POD to one of IN, SG, EU, NA',
      );
    },
  );

  it('refuses a pod that there is not', () => {
    expect(() => readConfig({ ...region, KALEYRA_POD: 'eu' })).toThrow(
      'KALEYRA_POD must be one of IN, SG, EU, NA',
    );
  });

  it.each([
    'kaleyra:',
    'arn:aws:secretsmanager:eu-west-1:000000000000:secret:',
    'a b/',
    'é/',
    'a\n',
    'x'.repeat(257),
  ])('refuses secret prefix %j', (prefix) => {
    expect(() => readConfig({ ...region, SECRET_PREFIX: prefix })).toThrow(
      'SECRET_PREFIX must be 1-256 of the characters A-Z a-z 0-9 / _ + = . @ -',
    );
  });

  it('leaves room for a tenant id of 64 behind the longest prefix, within the 512 of a secret name', () => {
    expect(isSecretPrefix('x'.repeat(256))).toBe(true);
    expect(isSecretPrefix('')).toBe(false);
  });

  it('counts attempts only where a table is named, and lets them through where that fails unless told otherwise', () => {
    expect(readConfig(region)).not.toHaveProperty('attempts');
    expect(readConfig({ ...region, ATTEMPTS_TABLE: '' })).not.toHaveProperty('attempts');
    expect(readConfig({ ...region, ATTEMPTS_TABLE: 'a_table.of-1' }).attempts).toEqual({
      table: 'a_table.of-1',
      onFailure: 'allow',
    });
    const refusing = { ...region, ATTEMPTS_TABLE: 'attempts', ATTEMPTS_ON_FAILURE: 'refuse' };
    expect(readConfig(refusing).attempts).toEqual({ table: 'attempts', onFailure: 'refuse' });
  });

  it.each(['ab', 'x'.repeat(256), 'a table', 'arn:aws:dynamodb:eu-west-1:000000000000:table/attempts'])(
    'refuses %j as the name of the table for attempts',
    (table) => {
      expect(() => readConfig({ ...region, ATTEMPTS_TABLE: table })).toThrow(
        'ATTEMPTS_TABLE must be 3-255 of the characters A-Z a-z 0-9 _ . -',
      );
    },
  );

  it('refuses a word that it does not know for what to do when attempts cannot be counted', () => {
    const environment = { ...region, ATTEMPTS_TABLE: 'attempts', ATTEMPTS_ON_FAILURE: 'ignore' };
    expect(() => readConfig(environment)).toThrow('ATTEMPTS_ON_FAILURE must be one of allow, refuse');
  });
});
