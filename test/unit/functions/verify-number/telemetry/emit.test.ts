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
    for (const name of names) expect(line[name]).toEqual(expect.any(Number));
  });

  it('declares no time for Kaleyra if it was not called', () => {
    const line = emit({ ...verified, outcome: 'RequestInvalid', kaleyra_ms: 0 });
    expect(line._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'Requests' }]);
    expect(line).toMatchObject({ outcome: 'RequestInvalid', Requests: 1 });
  });

  it('counts only failures of the direct entry point as thrown', () => {
    expect(emit({ ...verified, channel: 'direct', outcome: 'OtpRejected' })).toMatchObject({
      ThrownFailures: 1,
    });
    expect(emit({ ...verified, channel: 'direct' })).not.toHaveProperty('ThrownFailures');
    expect(emit({ ...verified, outcome: 'OtpRejected' })).not.toHaveProperty('ThrownFailures');
  });

  it('counts an attempt that could not be counted', () => {
    expect(emit({ ...verified, attempts_error: 'TimeoutError' })).toMatchObject({ UncountedAttempts: 1 });
    expect(emit({ ...verified, attempts_ms: 1 })).not.toHaveProperty('UncountedAttempts');
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
