/**
 * One table of scenarios, each sent to both entry points over real sockets, which must report the same. The table covers
 * the catalogue: a code without a scenario fails the last test.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDynamoDbStore } from '../../functions/verify-number/attempts/dynamodb.ts';
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import type { Ports } from '../../functions/verify-number/compose.ts';
import {
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../functions/verify-number/core/failures.ts';
import { sampleRequest, toSamplePhoneNumber } from '../../lib/reference/sample-request.ts';
import { composeFunction } from '../../lib/sandbox/compose-function.ts';
import { createUnsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import { triggerRows } from '../../lib/sandbox/kaleyra/outcomes.ts';
import { type RunningSandbox, startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { createManualClock } from '../support/manual-clock.ts';

interface Scenario {
  readonly name: string;
  readonly code: FailureCode | 'Verified';
  /** Fields that differ from the sample request. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Requests to send first. */
  readonly before?: (sandbox: RunningSandbox) => Promise<unknown>;
  /** Headers that differ. Such a scenario applies to HTTP only. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The sandbox to use. */
  readonly where?: SandboxName;
}

type SandboxName = 'plain' | 'jwt' | 'counting' | 'limited' | 'uncountable' | 'unreachable' | 'defective';

const byPhoneNumber: readonly Scenario[] = triggerRows.flatMap(({ outcome, trigger }) =>
  'lastFour' in trigger
    ? [
        {
          name: trigger.happens,
          code: outcome,
          fields: { phone_number: toSamplePhoneNumber(trigger.lastFour) },
        },
      ]
    : [],
);

const guess = { phone_number: '+919765000001', otp: '000000' };

const scenarios: readonly Scenario[] = [
  { name: 'the sample request', code: 'Verified' },
  { name: 'an id of 20 digits', code: 'Verified', fields: { id: '12345678901234567890' } },
  { name: 'the largest safe number as id', code: 'Verified', fields: { id: Number.MAX_SAFE_INTEGER } },
  { name: "a password in WhatsApp's format", code: 'Verified', fields: { otp: '671-242' } },
  { name: 'unknown fields', code: 'Verified', fields: { sid: 'X', host: 'elsewhere.invalid' } },
  { name: 'a fractional id', code: 'RequestInvalid', fields: { id: 1.5 } },
  { name: 'a tenant id that is a parent folder', code: 'RequestInvalid', fields: { tenant_id: '..' } },
  {
    name: 'several invalid fields',
    code: 'RequestInvalid',
    fields: { waba_id: 'x', id: '', phone_number: 1, otp: null },
  },
  { name: 'more than 4 KiB', code: 'RequestTooLarge', fields: { padding: 'x'.repeat(4096) } },
  { name: 'a tenant without a secret', code: 'TenantUnknown', fields: { tenant_id: 'nobody' } },
  {
    name: 'a secret in another format',
    code: 'CredentialsMisconfigured',
    fields: { tenant_id: 'misconfigured' },
  },
  { name: 'throttled secrets', code: 'CredentialsUnavailable', fields: { tenant_id: 'unavailable' } },
  { name: 'a wrong password', code: 'OtpRejected', fields: { otp: '000000' } },
  ...byPhoneNumber,
  {
    name: 'a content type that is not JSON',
    code: 'UnsupportedMediaType',
    headers: { 'content-type': 'text/plain' },
  },
  {
    name: "another tenant's token",
    code: 'TenantForbidden',
    headers: { authorization: `Bearer ${createUnsignedToken('tenant', 'globex')}` },
    where: 'jwt',
  },
  {
    name: 'the sixth guess',
    code: 'TooManyAttempts',
    fields: guess,
    before: async (sandbox) => {
      for (const _ of Array(5)) await sendHttp(sandbox, { name: '', code: 'OtpRejected', fields: guess });
    },
    where: 'counting',
  },
  {
    name: 'the second request in a minute',
    code: 'TenantRateLimited',
    fields: { tenant_id: 'globex' },
    before: (sandbox) => sendHttp(sandbox, { name: '', code: 'Verified', fields: { tenant_id: 'globex' } }),
    where: 'limited',
  },
  { name: 'attempts that cannot be counted', code: 'AttemptsUnavailable', where: 'uncountable' },
  { name: 'a Kaleyra that is unreachable', code: 'KaleyraUnavailable', where: 'unreachable' },
  { name: 'a defect', code: 'InternalError', where: 'defective' },
];

/** What an entry point reported, in the same form for both. */
interface Reported {
  readonly code: unknown;
  /** The verification, or the detail of the failure. */
  readonly result: unknown;
}

const sendHttp = async ({ urls }: RunningSandbox, { fields, headers }: Scenario) => {
  const { tenant_id, waba_id, ...body } = { ...sampleRequest, ...fields };
  // `fetch` resolves `..` itself. An encoded slash keeps the segment as it is.
  const tenant = tenant_id === '..' ? '..%2F' : tenant_id;
  const response = await fetch(`${urls.http}/tenants/${tenant}/whatsapp/${waba_id}/number/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { response, json: JSON.parse(await response.text()) };
};

const reportHttp = async (sandbox: RunningSandbox, scenario: Scenario): Promise<Reported> => {
  const { response, json } = await sendHttp(sandbox, scenario);
  if (response.ok) {
    expect(response.headers.get('content-type')).toBe('application/json');
    return { code: 'Verified', result: json };
  }
  const code: FailureCode = json.code;
  const { status, title, retryable, retryAfterSeconds } = getDefinition(code);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(json).toMatchObject({
    type: expect.stringContaining('problem'),
    title,
    status,
    retryable,
    instance: expect.stringMatching(/^urn:kaleyra-verify:request:[0-9a-f-]{36}$/),
  });
  expect('errors' in json).toBe(code === 'RequestInvalid');
  expect(response.headers.has('retry-after')).toBe(retryAfterSeconds !== undefined);
  return { code, result: json.detail };
};

const reportDirect = async ({ urls }: RunningSandbox, { fields }: Scenario): Promise<Reported> => {
  const response = await fetch(urls.invoke, {
    method: 'POST',
    body: JSON.stringify({ ...sampleRequest, ...fields }),
  });
  const json = JSON.parse(await response.text());
  expect(response.status).toBe(200);
  if (!response.headers.has('x-amz-function-error')) return { code: 'Verified', result: json };
  expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
  return { code: json.errorType, result: json.errorMessage };
};

let dynamoDb: TestDynamoDb;
let sandboxes: Record<SandboxName, RunningSandbox>;
const environment = { AWS_REGION: 'ap-south-1', KALEYRA_TIMEOUT_MS: '300' };

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  const start = (more: Record<string, string> = {}) =>
    startSandbox({ environment: { ...environment, ...more } });
  sandboxes = {
    plain: await start(),
    jwt: await start({ TENANT_CLAIM: 'tenant' }),
    counting: await start(),
    limited: await start(),
    uncountable: await start(),
    unreachable: await start({ KALEYRA_BASE_URL: 'http://127.0.0.1:1' }),
    defective: await start(),
  };
  // The details contain seconds, so both entry points have to see the same time.
  const clock = createManualClock();
  const countIn = (table: string, tenantRequestsPerMinute: number) => ({
    attempts: createAttemptLimiter(
      createDynamoDbStore(dynamoDb.client(), table),
      { onFailure: 'refuse', tenantRequestsPerMinute },
      clock,
    ),
  });
  replacePorts(sandboxes.counting, countIn(dynamoDb.tableName, 60));
  replacePorts(sandboxes.limited, countIn(dynamoDb.tableName, 1));
  replacePorts(sandboxes.uncountable, countIn('no-such-table', 60));
  replacePorts(sandboxes.defective, {
    readSecret: () => {
      throw new TypeError('This text may quote the request.');
    },
  });
});

/** Composes the sandbox's function again, with some ports replaced. */
const replacePorts = (sandbox: RunningSandbox, ports: Partial<Ports>): void =>
  sandbox.use((services) => composeFunction(services, ports));

afterAll(async () => {
  await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
  await dynamoDb.close();
});

describe('both entry points', () => {
  it.each(scenarios)('report $code for $name', async (scenario) => {
    const sandbox = sandboxes[scenario.where ?? 'plain'];
    await scenario.before?.(sandbox);
    const http = await reportHttp(sandbox, scenario);
    expect(http.code).toBe(scenario.code);
    if (scenario.headers) return;
    expect(await reportDirect(sandbox, scenario)).toEqual(http);
  });

  it('have a scenario for every code of the catalogue', () => {
    const covered = new Set(scenarios.map(({ code }) => code));
    expect([...failureCodes, 'Verified'].filter((code) => !covered.has(code as FailureCode))).toEqual([]);
  });
});
