import { describe, expect, it } from '@jest/globals';
import type { Request } from '@middy/core';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import {
  recordRequest,
  type TracedContext,
} from '../../../../../functions/verify-number/telemetry/record-request.ts';
import type { RequestEvent } from '../../../../../functions/verify-number/telemetry/request-event.ts';
import { lambdaContext, sampleCommand, sampleRequestId } from '../../../../support/events.ts';

const begin = () => {
  const records: RequestEvent[] = [];
  const middleware = recordRequest('http', 'SG', (record) => records.push(record));
  const request = { context: lambdaContext(), error: null } as Request<
    unknown,
    unknown,
    Error,
    TracedContext
  >;
  middleware.before?.(request);
  return { middleware, request, records };
};

describe('recording a request', () => {
  it('gives it its trace, and writes nothing yet', () => {
    const { request, records } = begin();
    expect(request.context.trace).toMatchObject({ secretsManagerMs: 0, kaleyraMs: 0 });
    expect(records).toEqual([]);
  });

  it('writes one record when it has ended well', () => {
    const { middleware, request, records } = begin();
    request.context.trace.command = sampleCommand;
    middleware.after?.(request);
    expect(records).toEqual([
      expect.objectContaining({ request_id: sampleRequestId, channel: 'http', pod: 'SG', code: 'Verified' }),
    ]);
  });

  it('writes one record when it has failed, and leaves the failure', () => {
    const { middleware, request, records } = begin();
    const failure = new Failure('TenantUnknown', 'd');
    request.error = failure;
    middleware.onError?.(request);
    expect(records).toEqual([expect.objectContaining({ code: 'TenantUnknown', channel: 'http', pod: 'SG' })]);
    expect(request.error).toBe(failure);
    expect(request.response).toBeUndefined();
  });

  it('makes a failure of any other error, for the entry point to answer', () => {
    const { middleware, request, records } = begin();
    request.error = new TypeError('671242');
    middleware.onError?.(request);
    expect(request.error).toMatchObject({ code: 'InternalError' });
    expect(records[0]).toMatchObject({
      code: 'InternalError',
      defect: expect.arrayContaining(['TypeError']),
    });
  });
});
