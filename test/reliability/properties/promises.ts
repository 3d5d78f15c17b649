/** What the function promises of every request. Each function throws if a promise is broken. */
import assert from 'node:assert/strict';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Failure, type FailureCode, getDefinition } from '../../../functions/verify-number/core/failures.ts';
import type { RequestEvent } from '../../../functions/verify-number/telemetry/request-event.ts';
import { plantedKey, plantedOtp } from './arbitraries.ts';

export type Outcome = FailureCode | 'Verified';

/** The fields that the contract allows in the log, without those of the embedded metric format. */
const loggable = new Set([
  'timestamp',
  'level',
  'message',
  'request_id',
  'function_version',
  'channel',
  'outcome',
  'tenant_id',
  'waba_id',
  'phone_number_id',
  'phone_number',
  'pod',
  'kaleyra_code',
  'kaleyra_http_status',
  'reason',
  'attempts_error',
  'secrets_manager_ms',
  'kaleyra_ms',
  'attempts_ms',
  'total_ms',
  'cold_start',
]);

/** Reads an HTTP response, which is a verification or complete problem details. */
export const readResponse = (response: unknown): Outcome => {
  const { statusCode, headers, body } = response as APIGatewayProxyStructuredResultV2;
  const document = JSON.parse(body ?? '') as Record<string, unknown>;
  assert.equal(headers?.['cache-control'], 'no-store');
  for (const value of Object.values(headers ?? {})) assert.match(String(value), /^[\x20-\x7e]*$/);
  if (statusCode === 200) {
    assert.equal(headers?.['content-type'], 'application/json');
    assert.equal(document['status'], 'verified');
    return 'Verified';
  }
  assert.equal(headers?.['content-type'], 'application/problem+json');
  const code = document['code'] as FailureCode;
  const definition = getDefinition(code);
  assert.ok(definition, `${code} is not in the catalogue`);
  const { status, title, retryable } = definition;
  assert.deepEqual(
    [statusCode, document['status'], document['title'], document['retryable']],
    [status, status, title, retryable],
  );
  assert.equal('errors' in document, code === 'RequestInvalid');
  if (retryable && (status === 429 || status === 503)) {
    assert.match(String(headers?.['retry-after']), /^\d{1,5}$/);
  }
  return code;
};

/** Reads what the direct entry point threw: a failure of the catalogue, named by its code. */
export const readThrown = (thrown: unknown): Outcome => {
  assert.ok(thrown instanceof Failure, 'something other than a failure was thrown');
  assert.ok(getDefinition(thrown.code));
  assert.equal(thrown.name, thrown.code);
  return thrown.code;
};

/** One event per request, with allowed fields only, on one line, and without a defect. */
export const assertLogged = (events: readonly RequestEvent[], outcome: Outcome): void => {
  assert.equal(events.length, 1);
  const [event] = events as [RequestEvent];
  assert.equal(event.outcome, outcome);
  for (const name of Object.keys(event)) assert.ok(loggable.has(name), `${name} was logged`);
  if (event.phone_number) assert.match(event.phone_number, /^\+\*{3,11}\d{4}$/);
  if (event.tenant_id) assert.match(event.tenant_id, /^[\w-]{1,64}$/);
  // The values and not their JSON, in which a backslash and a letter look like an escape.
  for (const value of Object.values(event)) assert.doesNotMatch(String(value), /[\p{Cc}\u2028\u2029]/u);
};

/** Neither the key nor the password is in a response, an error or an event. */
export const assertNothingLeaked = (...visible: unknown[]): void => {
  for (const one of visible) {
    const text =
      one instanceof Error ? `${one.message}${one.stack}${JSON.stringify(one)}` : JSON.stringify(one);
    assert.ok(!text.includes(plantedKey), 'a key leaked');
    assert.ok(!text.includes(plantedOtp), 'a password leaked');
  }
};
