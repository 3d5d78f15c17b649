import { describe, expect, it } from '@jest/globals';
import { parseLogLine, toOutcomeEvent } from '../../../../functions/outcome-events/outcome-event.ts';
import type { RequestEvent } from '../../../../functions/verify-number/telemetry/request-event.ts';

const logged: RequestEvent = {
  timestamp: '2026-12-01T10:00:00.000Z',
  level: 'INFO',
  message: 'request',
  request_id: '00000000-0000-4000-8000-000000000000',
  function_version: '1',
  channel: 'direct',
  outcome: 'OtpRejected',
  tenant_id: 'acme',
  waba_id: '109012345678901',
  phone_number_id: '678997654123456',
  phone_number: '+********2345',
  pod: 'IN',
  kaleyra_code: 'WA400',
  secrets_manager_ms: 1,
  kaleyra_ms: 2,
  total_ms: 3,
  cold_start: false,
};

const event = {
  version: 1,
  tenant_id: 'acme',
  waba_id: '109012345678901',
  id: '678997654123456',
  phone_number: '…2345',
  outcome: 'OtpRejected',
  retryable: false,
  password_checked: 'yes',
  pod: 'IN',
  channel: 'direct',
  request_id: '00000000-0000-4000-8000-000000000000',
  occurred_at: '2026-12-01T10:00:00.000Z',
};

describe('toOutcomeEvent', () => {
  it('takes the properties of a failure from the catalogue', () => {
    expect(toOutcomeEvent(logged)).toEqual(event);
    expect(toOutcomeEvent({ ...logged, outcome: 'KaleyraFailed' })).toMatchObject({
      retryable: true,
      password_checked: 'unknown',
    });
  });

  it('has neither property for a verified number', () => {
    const { retryable, password_checked, ...verified } = event;
    expect(toOutcomeEvent({ ...logged, outcome: 'Verified' })).toEqual({ ...verified, outcome: 'Verified' });
  });

  it('ignores requests that did not reach the use case, and release checks', () => {
    const { tenant_id, waba_id, phone_number_id, phone_number, ...rejected } = logged;
    expect(toOutcomeEvent({ ...rejected, outcome: 'RequestInvalid' })).toBeUndefined();
    expect(toOutcomeEvent({ ...logged, tenant_id: '_release-check' })).toBeUndefined();
  });
});

describe('parseLogLine', () => {
  it.each([
    'START RequestId: 1',
    '{"type":"platform.report"}',
    '{"outcome":"NoCode","tenant_id":"acme"}',
    '{"outcome":"toString"}',
    'null',
    '[]',
    '"Verified"',
  ])('ignores the line %s', (line) => {
    expect(parseLogLine(line)).toBeUndefined();
  });

  it('reads the event of a request', () => {
    expect(parseLogLine(JSON.stringify(logged))).toEqual(logged);
  });
});
