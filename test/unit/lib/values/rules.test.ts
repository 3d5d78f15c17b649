import { describe, expect, it } from '@jest/globals';
import { findConflicts } from '../../../../lib/values/rules.ts';

const rules = {
  scopes: { needs: ['authorization=jwt', 'authorizer'] },
  issuer: { requiredBy: 'authorization=jwt' },
  topic: { excludes: ['email', 'alarms=false'] },
};

describe('findConflicts', () => {
  it.each([
    [
      { scopes: 'a', authorization: 'iam' },
      ['Prop scopes has an effect only with authorization=jwt or authorizer.'],
    ],
    [{ scopes: 'a', authorizer: {} }, []],
    [{ scopes: false }, []],
    [{ authorization: 'jwt' }, ['Prop authorization=jwt needs issuer.']],
    [{ authorization: 'jwt', issuer: 'a', scopes: 'a' }, []],
    [
      { topic: 'a', email: 'b', alarms: false },
      ['Prop topic excludes email.', 'Prop topic excludes alarms=false.'],
    ],
    [{ topic: 'a', alarms: true }, []],
    [
      { reservedConcurrency: 2, provisionedConcurrency: 3 },
      ['Prop provisionedConcurrency is 3. It must be at most reservedConcurrency, 2.'],
    ],
    [{ reservedConcurrency: 2, provisionedConcurrency: 2 }, []],
  ])('finds in %j: %j', (values, conflicts) => {
    expect([...findConflicts('Prop', rules, values)]).toEqual(conflicts);
  });
});
