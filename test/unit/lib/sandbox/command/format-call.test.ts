import { describe, expect, it } from '@jest/globals';
import type { RequestEvent } from '../../../../../functions/verify-number/telemetry/request-event.ts';
import { formatCall, formatRejection } from '../../../../../lib/sandbox/command/format-call.ts';

const at = new Date(2026, 10, 23, 9, 5, 7);

const event: RequestEvent = {
  timestamp: '2026-11-23T09:05:07.000Z',
  level: 'INFO',
  message: 'request',
  function_version: '$LATEST',
  request_id: '3f1c9a52-7f0e-4c4e-9d36-0a1b2c3d4e5f',
  channel: 'http',
  outcome: 'Verified',
  pod: 'IN',
  secrets_manager_ms: 1,
  kaleyra_ms: 2,
  total_ms: 3.4,
  cold_start: false,
};
const number = { tenant_id: 'acme', phone_number: '+********2345' };

describe('the line of a call', () => {
  it.each<[Partial<RequestEvent>, string]>([
    [
      { ...number, kaleyra_code: 'WA200' },
      '09:05:07  http    acme          Verified                      3 ms  IN  WA200    +********2345',
    ],
    [
      { ...number, outcome: 'OutcomeUnknown', reason: 'timeout' },
      '09:05:07  http    acme          OutcomeUnknown                3 ms  IN           +********2345  timeout',
    ],
    [
      { channel: 'direct', outcome: 'RequestInvalid' },
      '09:05:07  direct  -             RequestInvalid                3 ms  IN',
    ],
  ])('shows %j', (differing, line) => {
    expect(formatCall({ ...event, ...differing }, at)).toBe(line);
  });

  it('shows a request that the gateway rejected by itself', () => {
    expect(formatRejection({ method: 'POST', status: 404, message: 'Not Found' }, at)).toBe(
      '09:05:07  http    -             Not Found                  gateway',
    );
  });
});
