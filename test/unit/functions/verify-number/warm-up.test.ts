import { describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '../../../../functions/verify-number/config.ts';
import { warmUp } from '../../../../functions/verify-number/warm-up.ts';
import { useManualTimers } from '../../../support/manual-timers.ts';

const config = readConfig({ AWS_REGION: 'ap-south-1' });

const timers = useManualTimers();

describe('warmUp', () => {
  it('reads the secret of the reserved tenant once, and writes nothing', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const read: string[] = [];
    await warmUp(config, async (tenantId) => {
      read.push(tenantId);
      return 'not credentials';
    });
    const written = write.mock.calls.length;
    write.mockRestore();
    expect(read).toEqual(['_release-check']);
    expect(written).toBe(0);
  });

  it.each([
    ['is credentials', async () => '{"sid":"FAKESID","apiKey":"fake-api-key"}'],
    ['cannot be read', () => Promise.reject(new Error('AccessDeniedException'))],
  ])('resolves if the secret %s', async (_name, readSecret) => {
    await expect(warmUp(config, readSecret)).resolves.toBeUndefined();
    expect(timers.getPending()).not.toContain(1000);
  });

  it('resolves at its deadline if the secret never arrives, and leaves no timer', async () => {
    const readSecret = () => {
      timers.expire(1000);
      return new Promise<never>(() => {});
    };
    await expect(warmUp(config, readSecret)).resolves.toBeUndefined();
    expect(timers.getPending()).toEqual([]);
  });
});
