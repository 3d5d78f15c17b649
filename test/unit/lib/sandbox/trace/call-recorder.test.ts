import { describe, expect, it } from '@jest/globals';
import { createCallRecorder, maxCalls } from '../../../../../lib/sandbox/trace/call-recorder.ts';

const arrival = (id: string) =>
  ({ id, channel: 'direct', event: { tenant_id: 'acme' }, receivedAt: performance.now() }) as const;

describe('createCallRecorder', () => {
  it('returns what the function returns, and what it throws', async () => {
    const recorder = createCallRecorder();

    expect(await recorder.record(arrival('a'), async () => 'result')).toBe('result');
    await expect(
      recorder.record(arrival('b'), async () => Promise.reject(new Error('thrown'))),
    ).rejects.toThrow('thrown');
    expect(recorder.calls().map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('has no result while the call is running', async () => {
    const recorder = createCallRecorder();
    await recorder.record(arrival('a'), async () => {
      expect(recorder.find('a')).not.toHaveProperty('result');
      expect(
        recorder.find('a')?.steps.map(({ kind, durationMs }) => [kind, durationMs !== undefined]),
      ).toEqual([
        ['gateway', true],
        ['parse', false],
      ]);
    });
    expect(recorder.find('a')?.steps.every(({ durationMs }) => durationMs !== undefined)).toBe(true);
  });

  it('reports a call without a log event as InternalError', async () => {
    const recorder = createCallRecorder();
    await recorder.record(arrival('a'), async () => undefined);
    expect(recorder.find('a')?.result).toMatchObject({ outcome: 'InternalError', status: 500 });
  });

  it('keeps concurrent calls apart', async () => {
    const recorder = createCallRecorder();
    const run = (id: string, ms: number) =>
      recorder.record(arrival(id), async () => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        recorder.current()?.setOutcome(id === 'a' ? 'Verified' : 'OtpRejected');
      });
    await Promise.all([run('a', 20), run('b', 5)]);
    expect(recorder.find('a')?.result?.outcome).toBe('Verified');
    expect(recorder.find('b')?.result?.outcome).toBe('OtpRejected');
    expect(recorder.current()).toBeUndefined();
  });

  it('records requests that the gateway refused', () => {
    const recorder = createCallRecorder();
    recorder.recordRefusal(arrival('a'), 404, 'Not Found');
    expect(recorder.find('a')).toMatchObject({
      request: {},
      result: { outcome: 'GatewayRefused', status: 404 },
      steps: [{ kind: 'gateway', refusal: 'Not Found' }],
    });
  });

  it('drops the oldest calls', () => {
    const recorder = createCallRecorder();
    for (let n = 0; n < maxCalls + 2; n += 1) recorder.recordRefusal(arrival(String(n)), 404, 'Not Found');
    expect(recorder.calls().length).toBe(maxCalls);
    expect(recorder.calls()[0]?.id).toBe('2');
    expect(recorder.find('0')).toBeUndefined();
  });

  it('calls listeners for each change, until they unsubscribe', async () => {
    const recorder = createCallRecorder();
    const heard: string[] = [];
    const unsubscribe = recorder.subscribe((id) => heard.push(id));
    await recorder.record(arrival('a'), async () => undefined);
    unsubscribe();
    await recorder.record(arrival('b'), async () => undefined);
    expect(new Set(heard)).toEqual(new Set(['a']));
    expect(heard.length).toBeGreaterThan(2);
  });
});
