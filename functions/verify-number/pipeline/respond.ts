/** Middleware that responds: over HTTP with JSON or problem details, directly with the result or an error. */
import { Failure, toFailure } from '../core/failures.ts';
import type { Report } from '../core/verify-number.ts';
import type { Middleware } from './pipeline-request.ts';
import { toProblemDetails } from './problem-details.ts';

/** Creates the middleware. Every thrown value becomes a `Failure` here, and is then the request's report. */
export const respond = (problemTypeBase: string | undefined): Middleware => ({
  after: (request) => {
    const report = request.response as Report;
    request.internal.report = report;
    if (report.result instanceof Failure) throw report.result;
    request.response = request.internal.channel === 'http' ? toOk(report.result) : report.result;
  },
  onError: (request) => {
    const failure = toFailure(request.error);
    request.internal.report ??= { result: failure, steps: [] };
    // Middy throws the error if there is no response. Step Functions matches its name in `ErrorEquals`.
    request.error = failure;
    if (request.internal.channel === 'direct') return;
    request.response = toProblemDetails(failure, request.context.awsRequestId, problemTypeBase);
  },
});

const toOk = (result: object) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(result),
});
