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
  tenant_id: 'acme',
  phone_number: '+********2345',
  kaleyra_code: 'WA200',
  pod: 'IN',
  secrets_manager_ms: 1,
  kaleyra_ms: 2,
  total_ms: 3.4,
  cold_start: false,
};

describe('the line of a call', () => {
  it('shows time, channel, tenant, outcome, duration, pod and Kaleyra code', () => {
    expect(formatCall(event, at)).toBe(
      '09:05:07  http    acme          Verified                      3 ms  IN  WA200    +********2345',
    );
  });

  it('shows the reason of a failure', () => {
    const { kaleyra_code, ...withoutEnvelope } = event;

    expect(formatCall({ ...withoutEnvelope, outcome: 'OutcomeUnknown', reason: 'timeout' }, at)).toBe(
      '09:05:07  http    acme          OutcomeUnknown                3 ms  IN           +********2345  timeout',
    );
  });

  it('shows a dash for an unknown tenant', () => {
    const { tenant_id, phone_number, kaleyra_code, ...unchecked } = event;

    expect(formatCall({ ...unchecked, channel: 'direct', outcome: 'RequestInvalid' }, at)).toBe(
      '09:05:07  direct  -             RequestInvalid                3 ms  IN',
    );
  });

  it('shows a request that the gateway rejected by itself', () => {
    expect(formatRejection({ method: 'POST', status: 404, message: 'Not Found' }, at)).toBe(
      '09:05:07  http    -             Not Found                  gateway',
    );
  });
});
