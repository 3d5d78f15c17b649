import { describe, expect, it, jest } from '@jest/globals';
import { createEmitEvent, writeToStdout } from '../../../../../functions/verify-number/telemetry/emit.ts';
import type { RequestEvent } from '../../../../../functions/verify-number/telemetry/request-event.ts';

const verified: RequestEvent = {
  timestamp: '2026-11-24T17:00:00.500Z',
  level: 'INFO',
  message: 'request',
  request_id: 'a1b2',
  function_version: '7',
  channel: 'http',
  outcome: 'Verified',
  tenant_id: 'acme',
  phone_number: '+********2345',
  pod: 'IN',
  kaleyra_code: 'WA200',
  kaleyra_http_status: 200,
  secrets_manager_ms: 0.1,
  kaleyra_ms: 120.5,
  total_ms: 121,
  cold_start: false,
};

/** The one line that an event is written as, parsed. */
const emit = (event: RequestEvent) => {
  const lines: string[] = [];
  createEmitEvent('verify-acme', (line) => lines.push(line))(event);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\n');
  return JSON.parse(String(lines[0]));
};

describe('createEmitEvent', () => {
  it('writes one line that is the event and an embedded metric, by outcome and for the function', () => {
    expect(emit(verified)).toEqual({
      ...verified,
      service: 'verify-acme',
      Requests: 1,
      _aws: {
        Timestamp: Date.parse(verified.timestamp),
        CloudWatchMetrics: [
          {
            Namespace: 'KaleyraNumberVerification',
            Dimensions: [['service', 'outcome'], ['service']],
            Metrics: [{ Name: 'Requests' }, { Name: 'kaleyra_ms', Unit: 'Milliseconds' }],
          },
        ],
      },
    });
  });

  it('declares every metric that it writes, and no other', () => {
    const line = emit({
      ...verified,
      channel: 'direct',
      outcome: 'OtpRejected',
      attempts_error: 'TimeoutError',
    });
    const names = line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name);
    expect(names).toEqual(['Requests', 'ThrownFailures', 'UncountedAttempts', 'kaleyra_ms']);
    expect(line).toMatchObject({ Requests: 1, ThrownFailures: 1, UncountedAttempts: 1, kaleyra_ms: 120.5 });
  });

  it.each<[string, Partial<RequestEvent>, string[]]>([
    ['a request without a call to Kaleyra', { outcome: 'RequestInvalid', kaleyra_ms: 0 }, ['Requests']],
    ['a failure over HTTP', { outcome: 'OtpRejected' }, ['Requests', 'kaleyra_ms']],
    ['a direct success', { channel: 'direct', attempts_ms: 1 }, ['Requests', 'kaleyra_ms']],
  ])('writes no other metric for %s', (_name, differing, metrics) => {
    const line = emit({ ...verified, ...differing });
    expect(line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name)).toEqual(metrics);
    expect([line.ThrownFailures, line.UncountedAttempts]).toEqual([undefined, undefined]);
  });
});

describe('writeToStdout', () => {
  it('writes the line and a line break to stdout, past the console', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    writeToStdout('{"a":1}');
    const written = write.mock.calls.map(([line]) => line);
    write.mockRestore();
    expect(written).toEqual(['{"a":1}\n']);
  });
});
