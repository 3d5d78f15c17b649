/** What the function promises of every answer, whatever it was asked. Each throws where the promise is broken. */
import assert from 'node:assert/strict';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { catalogue, Failure, type FailureCode } from '../../../functions/verify-number/core/failures.ts';
import type { RequestEvent } from '../../../functions/verify-number/telemetry/request-event.ts';
import { plantedKey, plantedOtp } from './arbitraries.ts';

export type Outcome = FailureCode | 'Verified';

/** Fields that may be logged. Source: the contract, and the record's own allow-list. */
const loggable = new Set([
  'request_id',
  'channel',
  'code',
  'tenant_id',
  'phone_number',
  'kaleyra_code',
  'pod',
  'secrets_manager_ms',
  'kaleyra_ms',
  'total_ms',
  'cold_start',
]);

/** Reads an answer by HTTP, which is a verification or a problem document, whole and of the catalogue. */
export const outcomeOfAnswer = (answer: unknown): Outcome => {
  const { statusCode, headers, body } = answer as APIGatewayProxyStructuredResultV2;
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
  assert.ok(Object.hasOwn(catalogue, code), `${code} is not in the catalogue`);
  const { status, title, retryable } = catalogue[code];
  assert.deepEqual(
    [statusCode, document['status'], document['title'], document['retryable']],
    [status, status, title, retryable],
  );
  assert.equal('errors' in document, code === 'RequestInvalid');
  if (retryable && (status === 429 || status === 503))
    assert.match(String(headers?.['retry-after']), /^\d+$/);
  return code;
};

/** Reads what the direct entry point threw: a failure of the catalogue, named by its code. */
export const outcomeOfThrown = (thrown: unknown): Outcome => {
  assert.ok(thrown instanceof Failure, 'something else than a failure was thrown');
  assert.ok(Object.hasOwn(catalogue, thrown.code));
  assert.equal(thrown.name, thrown.code);
  return thrown.code;
};

/** One record for a request, of fields that may be logged, and no defect. */
export const assertRecorded = (records: readonly RequestEvent[], outcome: Outcome): void => {
  assert.equal(records.length, 1);
  const [record] = records as [RequestEvent];
  assert.equal(record.code, outcome);
  for (const name of Object.keys(record)) assert.ok(loggable.has(name), `${name} was logged`);
  if (record.phone_number) assert.match(record.phone_number, /^\+\*{3,11}\d{4}$/);
  if (record.tenant_id) assert.match(record.tenant_id, /^[\w-]{1,64}$/);
  // The values, not their JSON, in which a backslash of Kaleyra's and a letter look like an escape.
  for (const value of Object.values(record)) {
    assert.doesNotMatch(String(value), /[\p{Cc}\u2028\u2029]/u);
  }
};

/** Neither key nor password stands in what was answered, thrown or logged. */
export const assertNothingLeaked = (...told: unknown[]): void => {
  for (const one of told) {
    const text =
      one instanceof Error ? `${one.message}${one.stack}${JSON.stringify(one)}` : JSON.stringify(one);
    assert.ok(!text.includes(plantedKey), 'a key leaked');
    assert.ok(!text.includes(plantedOtp), 'a password leaked');
  }
};
