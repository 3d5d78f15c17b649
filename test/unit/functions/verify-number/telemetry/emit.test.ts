import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createRecordMetrics } from '../../../../../functions/verify-number/telemetry/emit.ts';
import type { RequestEvent } from '../../../../../functions/verify-number/telemetry/request-event.ts';

const verified: RequestEvent = {
  request_id: 'a1b2',
  channel: 'http',
  code: 'Verified',
  tenant_id: 'acme',
  phone_number: '+********2345',
  kaleyra_code: 'WA200',
  pod: 'IN',
  secrets_manager_ms: 0.1,
  kaleyra_ms: 120.5,
  total_ms: 121,
  cold_start: false,
};

/** The lines that one request writes, parsed. */
const linesOf = (record: RequestEvent) => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  createRecordMetrics('verify-acme')(record);
  return write.mock.calls.map(([line]) => JSON.parse(String(line)));
};

describe('metrics of one request', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('are one line in the embedded metric format: by outcome, and in total for the function', () => {
    expect(linesOf(verified)).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'KaleyraNumberVerification',
              Dimensions: [['service', 'outcome'], ['service']],
              Metrics: [
                { Name: 'Requests', Unit: 'Count' },
                { Name: 'KaleyraTime', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        service: 'verify-acme',
        outcome: 'Verified',
        request_id: 'a1b2',
        tenant_id: 'acme',
        Requests: 1,
        KaleyraTime: 120.5,
      },
    ]);
  });

  it("are dated by the request's beginning, as Lambda dates its own", () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_800_000_000_500);
    const [line] = linesOf({ ...verified, total_ms: 1500.75 });
    expect(line._aws.Timestamp).toBe(1_799_999_998_999);
  });

  it('have no time of Kaleyra where it was not asked, and no tenant where none was read', () => {
    const { tenant_id, phone_number, kaleyra_code, ...refused } = verified;
    const [line] = linesOf({ ...refused, code: 'RequestInvalid', kaleyra_ms: 0 });
    expect(line).toMatchObject({ outcome: 'RequestInvalid', Requests: 1 });
    expect(line).not.toHaveProperty('KaleyraTime');
    expect(line).not.toHaveProperty('tenant_id');
  });

  it('count what the direct entry point throws, which Lambda takes for an error, and nothing that HTTP answers', () => {
    expect(linesOf({ ...verified, channel: 'direct', code: 'OtpRejected' })[0]).toMatchObject({
      ThrownFailures: 1,
    });
    jest.restoreAllMocks();
    expect(linesOf({ ...verified, channel: 'direct' })[0]).not.toHaveProperty('ThrownFailures');
    jest.restoreAllMocks();
    expect(linesOf({ ...verified, code: 'OtpRejected' })[0]).not.toHaveProperty('ThrownFailures');
  });

  it('count an attempt that was not counted', () => {
    expect(linesOf({ ...verified, attempts_ms: 1000, attempts_error: 'TimeoutError' })[0]).toMatchObject({
      UncountedAttempts: 1,
    });
    jest.restoreAllMocks();
    expect(linesOf({ ...verified, attempts_ms: 1 })[0]).not.toHaveProperty('UncountedAttempts');
  });
});
