import { describe, expect, it } from '@jest/globals';
import {
  attemptsDeadlineMs,
  getFunctionTimeoutMs,
  kaleyraTimeoutLimits,
  responseMarginMs,
  secretDeadlineMs,
  warmUpDeadlineMs,
} from '../../../../../functions/verify-number/core/time-budget.ts';

/** API Gateway's maximum integration timeout for HTTP APIs. */
const apiGatewayTimeoutMs = 30_000;

describe('getFunctionTimeoutMs', () => {
  it('covers everything that a request may wait for', () => {
    const reads = 2 * secretDeadlineMs;
    expect(getFunctionTimeoutMs(1000, false)).toBe(1000 + reads + 2 * responseMarginMs);
    expect(getFunctionTimeoutMs(1000, true)).toBe(
      1000 + reads + 2 * responseMarginMs + 2 * attemptsDeadlineMs,
    );
  });

  it("leaves two seconds of API Gateway's limit for the init, at the maximum of the time limit for Kaleyra", () => {
    const maximum = getFunctionTimeoutMs(kaleyraTimeoutLimits.max, true);
    expect(maximum + 2000).toBeLessThanOrEqual(apiGatewayTimeoutMs);
    expect(warmUpDeadlineMs).toBeLessThanOrEqual(1000);
  });
});
