import { expect, it } from '@jest/globals';
import { formatSecret, parseSecret } from '../../../../../functions/verify-number/tenants/secret.ts';

it('parseSecret reads what formatSecret writes', () => {
  const credentials = { sid: 'FAKESID', apiKey: 'fake-key' };
  expect(parseSecret(formatSecret(credentials))).toEqual(credentials);
});
