import { describe, expect, it } from '@jest/globals';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { formatSecret, parseSecret } from '../../../../../functions/verify-number/tenants/secret.ts';

const catchFailure = (secret: string): Failure => {
  try {
    parseSecret(secret);
  } catch (failure) {
    return failure as Failure;
  }
  throw new Error('The secret was accepted.');
};

describe('parseSecret', () => {
  it('reads what formatSecret writes', () => {
    const credentials = { sid: 'FAKESID', apiKey: 'fake-key' };
    expect(parseSecret(formatSecret(credentials))).toEqual(credentials);
  });

  it.each([
    '{"sid":"A","apiKey":"!"}',
    '{"sid":"0","apiKey":"~"}',
    JSON.stringify({ sid: 'a'.repeat(2000), apiKey: 'a'.repeat(512) }),
    '{"sid":"A","apiKey":"\\"\\\\/:@#"}',
  ])('accepts %s', (secret) => {
    expect(parseSecret(secret)).toEqual(JSON.parse(secret));
  });

  it('ignores other fields', () => {
    expect(parseSecret('{"sid":"A","apiKey":"k","note":"x"}')).toEqual({ sid: 'A', apiKey: 'k' });
  });

  it.each([
    ['', 'plain text'],
    ['fake-key', 'plain text'],
    ['{"sid":"A","apiKey":"k"', 'plain text'],
    ['\ufeff{"sid":"A","apiKey":"k"}', 'U+FEFF'],
    ['["A","fake-key"]', 'array'],
    ['"text"', 'not an object'],
    ['null', 'not an object'],
    ['42', 'not an object'],
    ['{}', 'it has no field sid; it has no field apiKey'],
    ['{"sid":"A"}', 'no field apiKey'],
    ['{"sid":"A","api_key":"k"}', 'no field apiKey, but api_key'],
    ['{"SID":"A","apiKey":"k"}', 'no field sid, but SID'],
    ['{"sid":"A","fake-key":""}', 'no field apiKey.'],
    ['{"__proto__":{"sid":"A","apiKey":"k"}}', 'no field sid'],
    ['{"sid":"A\u200f","apiKey":"k"}', 'its sid contains U+200F'],
    ['{"sid":"A","apiKey":"k\\n"}', 'its apiKey contains U+000A'],
  ])('reports the shape of %j: %s', (secret, shape) => {
    expect(catchFailure(secret).message).toContain(shape);
  });

  const sids = [
    '',
    1,
    ['A'],
    'A/../B',
    '..',
    'A?x=1',
    'A#',
    'A@elsewhere.invalid',
    'A B',
    'A\r\nHost: x',
    'é',
    'A-B',
  ];
  const keys = [
    '',
    1,
    ['fake-key'],
    'fake-key k',
    'fake-key\r\nHost: x',
    'fake-key\u0000',
    'fake-key\u007f',
    'fake-keyé',
  ];

  it.each<[unknown, unknown]>([
    ...sids.map((sid) => [sid, 'fake-key'] as [unknown, unknown]),
    ...keys.map((key) => ['A', key] as [unknown, unknown]),
    ['A', 'k'.repeat(513)],
  ])('rejects the SID %j with the key %j, and quotes neither', (sid, apiKey) => {
    const failure = catchFailure(JSON.stringify({ sid, apiKey }));
    expect(failure).toMatchObject({ code: 'CredentialsMisconfigured', reason: 'secret_format' });
    // The release check finds the reason in the text.
    expect(failure.message).toContain('(secret_format)');
    expect(failure.message).not.toMatch(/fake-key|elsewhere|kkk/);
  });
});
