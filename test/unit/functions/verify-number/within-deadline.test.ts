import { describe, expect, it } from '@jest/globals';
import { withinDeadline } from '../../../../functions/verify-number/within-deadline.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('work with a deadline', () => {
  it('that ends in time gives its result, and leaves no timer behind', async () => {
    const before = timers();
    expect(await withinDeadline(600_000, async () => 'done')).toBe('done');
    await expect(withinDeadline(600_000, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(timers()).toBe(before);
  });

  it('that does not end is aborted and given up, whether it heeds that or not', async () => {
    let given: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      given = signal;
      return new Promise(() => {});
    };
    await expect(withinDeadline(10, work)).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'It took too long',
    });
    expect(given?.aborted).toBe(true);
  });
});
