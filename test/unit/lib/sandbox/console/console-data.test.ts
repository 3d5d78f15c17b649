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
  token: undefined,
  kaleyraTimeoutMs: 10_000,
  refusesUncounted: false,
};

const listOutcomes = (differing: Partial<ConsoleOptions> = {}) =>
  createConsoleData({ ...options, ...differing }).groups.flatMap(({ actor, outcomes }) =>
    outcomes.map((outcome) => ({ actor, ...outcome })),
  );

describe('createConsoleData', () => {
  it('has every trigger once, under the party that has to act', () => {
    const outcomes = listOutcomes();

    expect(outcomes.length).toBe(triggerRows.length);
    expect(new Set(outcomes.map(({ key }) => key)).size).toBe(triggerRows.length);
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['Verified', ...failureCodes]));
    for (const { actor, code } of outcomes) {
      expect([code, actor]).toEqual([code, code === 'Verified' ? 'none' : getDefinition(code).actor]);
    }
  });

  it('has a sentence for every outcome', () => {
    for (const { sentence } of listOutcomes()) expect(sentence).toMatch(/^[A-Z`].+\.$/);
  });

  it('has a request for every outcome that a phone number selects', () => {
    const selected = listOutcomes().filter(({ key }) => key.includes('-'));

    expect(selected.length).toBeGreaterThan(20);
    for (const { key, request } of selected) {
      expect(request?.fields.phone_number.slice(-4)).toBe(key.split('-')[1]);
    }
  });

  it.each([
    ['TenantForbidden', { token: 'fake.token.value' }],
    ['AttemptsUnavailable', { refusesUncounted: true }],
  ] as const)('has a request for %s only if the sandbox is set up for it', (code, differing) => {
    const findRequest = (outcomes: ReturnType<typeof listOutcomes>) =>
      outcomes.find((outcome) => outcome.code === code)?.request;

    expect(findRequest(listOutcomes())).toBeUndefined();
    expect(findRequest(listOutcomes(differing))).toBeDefined();
  });

  it('has the guide of every failure code', () => {
    const { guide } = createConsoleData(options);

    expect(Object.keys(guide)).toEqual([...failureCodes]);
    expect(guide.OtpRejected).toMatchObject({
      status: 422,
      actor: 'caller',
      passwordChecked: 'yes',
      retryable: false,
    });
  });
});
