import { describe, expect, it } from '@jest/globals';
import { withinDeadline } from '../../../../../functions/verify-number/aws/within-deadline.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('withinDeadline', () => {
  it('returns the result of work that ends in time, and leaves no timer', async () => {
    const before = timers();
    expect(await withinDeadline(600_000, async () => 'done')).toBe('done');
    await expect(withinDeadline(600_000, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(timers()).toBe(before);
  });

  it('rejects at the deadline, also if the work ignores the abort signal', async () => {
    let given: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      given = signal;
      return new Promise(() => {});
    };
    await expect(withinDeadline(10, work)).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'Not finished after 10 ms',
    });
    expect(given?.aborted).toBe(true);
  });
});
