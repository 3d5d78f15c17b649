import { describe, expect, it } from '@jest/globals';
import { failureCodes, getDefinition } from '../../../../../functions/verify-number/core/failures.ts';
import { type ConsoleOptions, createConsoleData } from '../../../../../lib/sandbox/console/console-data.ts';
import { triggerRows } from '../../../../../lib/sandbox/kaleyra/outcomes.ts';

const options: ConsoleOptions = {
  pod: 'IN',
  kaleyraHost: 'api.in.kaleyra.io',
  isKaleyraSimulated: true,
  region: 'ap-south-1',
  tenantIds: ['acme'],
  kaleyraTimeoutMs: 10_000,
  refusesUncounted: false,
};

const listOutcomes = (changes: Partial<ConsoleOptions> = {}) =>
  createConsoleData({ ...options, ...changes }).groups.flatMap(({ actor, outcomes }) =>
    outcomes.map((outcome) => ({ actor, ...outcome })),
  );

describe('createConsoleData', () => {
  it('has every trigger once, with a sentence, under the party that has to act', () => {
    const outcomes = listOutcomes();

    expect(new Set(outcomes.map(({ key }) => key)).size).toBe(triggerRows.length);
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['Verified', ...failureCodes]));
    for (const { actor, code, sentence } of outcomes) {
      expect([code, actor]).toEqual([code, code === 'Verified' ? 'none' : getDefinition(code).actor]);
      expect(sentence).toMatch(/^[A-Z`].+\.$/);
    }
  });

  it('has a request for every outcome that a phone number selects', () => {
    const selected = listOutcomes().filter(({ key }) => /-\d{4}$/.test(key));

    expect(selected.length).toBeGreaterThan(20);
    for (const { key, request } of selected) {
      expect(request?.fields.phone_number.slice(-4)).toBe(key.slice(-4));
    }
  });

  it.each([
    ['TenantForbidden', { token: 'fake.token.value' }],
    ['AttemptsUnavailable', { refusesUncounted: true }],
  ] as const)('has a request for %s only if the sandbox is set up for it', (code, changes) => {
    const [without, having] = [listOutcomes(), listOutcomes(changes)].map((outcomes) =>
      outcomes.find((outcome) => outcome.code === code),
    );

    expect(without).not.toHaveProperty('request');
    expect(having).toHaveProperty('request');
  });

  it('has the guide of every failure code, in which only HTTP has Retry-After', () => {
    const { guide } = createConsoleData(options);

    expect(Object.keys(guide)).toEqual([...failureCodes]);
    for (const { retry, retryAfterSeconds } of Object.values(guide)) {
      expect(retry.direct).toBe(
        retry.http.replace('the seconds in `Retry-After`', `${retryAfterSeconds} seconds`),
      );
      expect(retry.direct).not.toContain('Retry-After');
    }
  });
});
