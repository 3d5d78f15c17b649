import { expect, it } from '@jest/globals';
import type { RequestEvent } from '../../../../functions/verify-number/telemetry/request-event.ts';
import { callLine, refusalLine } from '../../../../lib/sandbox/call-line.ts';

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

it('says when, by which channel, for whom, how it ended, how long it took and which pod', () => {
  expect(callLine(event, at)).toBe(
    '09:05:07  http    acme          Verified                      3 ms  IN  WA200    +********2345',
  );
});

it('has a dash for a tenant that is not known', () => {
  const { tenant_id, phone_number, kaleyra_code, ...unchecked } = event;

  expect(callLine({ ...unchecked, channel: 'direct', outcome: 'RequestInvalid' }, at)).toBe(
    '09:05:07  direct  -             RequestInvalid                3 ms  IN',
  );
});

it('says what the gateway refused by itself', () => {
  expect(refusalLine({ method: 'POST', status: 404, message: 'Not Found' }, at)).toBe(
    '09:05:07  http    -             Not Found                  gateway',
  );
});
