import { describe, expect, it } from '@jest/globals';
import { withinDeadline } from '../../../../../functions/verify-number/aws/within-deadline.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';

const timers = useManualTimers();

describe('withinDeadline', () => {
  it('returns the result of work that ends in time, and leaves no timer', async () => {
    expect(await withinDeadline(1000, async () => 'done')).toBe('done');
    await expect(withinDeadline(1000, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(timers.getPending()).toEqual([]);
  });

  it('rejects at the deadline, also if the work ignores the abort signal', async () => {
    let given: AbortSignal | undefined;
    const result = withinDeadline(1000, (signal) => {
      given = signal;
      return new Promise(() => {});
    });
    expect(given?.aborted).toBe(false);
    timers.expire(1000);
    await expect(result).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'Not finished after 1000 ms',
    });
    expect(given?.aborted).toBe(true);
  });
});
