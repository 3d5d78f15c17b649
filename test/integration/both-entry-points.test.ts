/**
 * One table of scenarios, each run through both entry points over real sockets: what HTTP answers and what a workflow sees
 * must tell the same. The table covers the whole catalogue, and a code without a scenario fails the last test.
 */
import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAttemptsTable } from '../../functions/verify-number/attempts/dynamodb.ts';
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import { catalogue, type FailureCode, failureCodes } from '../../functions/verify-number/core/failures.ts';
import { createHandler, type HandlerDependencies } from '../../functions/verify-number/handler.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { unsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import type { Handler } from '../../lib/sandbox/gateway/lambda-context.ts';
import { triggerRows } from '../../lib/sandbox/kaleyra/outcomes.ts';
import { type Sandbox, startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { sampleCommand } from '../support/events.ts';
import { sampleCredentials } from '../support/test-handler.ts';

interface Scenario {
  readonly name: string;
  readonly code: FailureCode | 'Verified';
  /** What differs from a request that is as it should be. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** What happens before, to the number that the request is about. */
  readonly before?: (sandbox: Sandbox) => Promise<unknown>;
  /** Headers that differ; a scenario with them is one that only HTTP has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The sandbox to run it in. */
  readonly where?: 'plain' | 'with tokens' | 'counting' | 'defective';
}

const magic: readonly Scenario[] = triggerRows.flatMap(({ outcome, trigger }) =>
  'lastFour' in trigger
    ? [{ name: trigger.happens, code: outcome, fields: { phone_number: `+91976541${trigger.lastFour}` } }]
    : [],
);

const guesses = { phone_number: '+919765000001', otp: '000000' };

const scenarios: readonly Scenario[] = [
  { name: 'a request as it should be', code: 'Verified' },
  { name: 'an id of 20 digits', code: 'Verified', fields: { id: '12345678901234567890' } },
  { name: 'an id as the largest safe number', code: 'Verified', fields: { id: Number.MAX_SAFE_INTEGER } },
  {
    name: 'fields that nobody asked for',
    code: 'Verified',
    fields: { sid: 'X', host: 'elsewhere.invalid' },
  },
  { name: 'an id that has lost digits', code: 'RequestInvalid', fields: { id: 2 ** 53 } },
  { name: 'a tenant that climbs', code: 'RequestInvalid', fields: { tenant_id: '..' } },
  {
    name: 'everything wrong at once',
    code: 'RequestInvalid',
    fields: { waba_id: 'x', id: '', phone_number: 1, otp: null },
  },
  { name: 'more than 4 KiB', code: 'RequestTooLarge', fields: { padding: 'x'.repeat(4096) } },
  { name: 'a tenant without a secret', code: 'TenantUnknown', fields: { tenant_id: 'nobody' } },
  { name: 'a secret out of form', code: 'CredentialsMisconfigured', fields: { tenant_id: 'misconfigured' } },
  { name: 'secrets throttled', code: 'CredentialsUnavailable', fields: { tenant_id: 'unavailable' } },
  { name: 'a wrong password', code: 'OtpRejected', fields: { otp: '000000' } },
  ...magic,
  {
    name: 'a content type that is not JSON',
    code: 'UnsupportedMediaType',
    headers: { 'content-type': 'text/plain' },
  },
  {
    name: "another tenant's token",
    code: 'TenantForbidden',
    headers: { authorization: `Bearer ${unsignedToken('tenant', 'globex')}` },
    where: 'with tokens',
  },
  {
    name: 'the sixth guess',
    code: 'TooManyAttempts',
    fields: guesses,
    before: async (sandbox) => {
      for (const _ of Array(5)) await overHttp(sandbox, { name: '', code: 'OtpRejected', fields: guesses });
    },
    where: 'counting',
  },
  { name: 'a defect of ours', code: 'InternalError', where: 'defective' },
];

/** What an entry point reported, in one form for both. */
interface Told {
  readonly code: unknown;
  /** The whole answer: a verification, or what a failure says beside its code. */
  readonly answer: unknown;
}

const overHttp = async ({ urls }: Sandbox, { fields, headers }: Scenario) => {
  const { tenant_id, waba_id, ...body } = { ...sampleCommand, ...fields };
  // `fetch` would climb by itself; with the slash, encoded as it is, the segment is one that it leaves alone.
  const tenant = tenant_id === '..' ? '..%2F' : tenant_id;
  const response = await fetch(`${urls.http}/tenants/${tenant}/whatsapp/${waba_id}/number/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { response, answer: JSON.parse(await response.text()) };
};

const toldByHttp = async (sandbox: Sandbox, scenario: Scenario): Promise<Told> => {
  const { response, answer } = await overHttp(sandbox, scenario);
  if (response.ok) {
    expect(response.headers.get('content-type')).toBe('application/json');
    return { code: 'Verified', answer };
  }
  const code: FailureCode = answer.code;
  const row = catalogue[code];
  expect(response.status).toBe(row.status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(answer).toMatchObject({
    type: `urn:kaleyra-verify:problem:${code}`,
    title: row.title,
    status: row.status,
    retryable: row.retryable,
    instance: expect.stringMatching(/^urn:kaleyra-verify:request:[0-9a-f-]{36}$/),
  });
  expect('errors' in answer).toBe(code === 'RequestInvalid');
  const mayWait = row.retryable && (row.status === 429 || row.status === 503);
  expect(response.headers.has('retry-after')).toBe(mayWait || code === 'TooManyAttempts');
  return { code, answer: answer.detail };
};

const toldDirectly = async ({ urls }: Sandbox, { fields }: Scenario): Promise<Told> => {
  const response = await fetch(urls.invoke, {
    method: 'POST',
    body: JSON.stringify({ ...sampleCommand, ...fields }),
  });
  const answer = JSON.parse(await response.text());
  expect(response.status).toBe(200);
  if (!response.headers.has('x-amz-function-error')) return { code: 'Verified', answer };
  expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
  return { code: answer.errorType, answer: answer.errorMessage };
};

let dynamoDb: TestDynamoDb;
let sandboxes: Record<NonNullable<Scenario['where']>, Sandbox>;
const environment = { AWS_REGION: 'ap-south-1', KALEYRA_TIMEOUT_MS: '300' };

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  sandboxes = {
    plain: await startSandbox({ environment }),
    'with tokens': await startSandbox({ environment: { ...environment, TENANT_CLAIM: 'tenant' } }),
    counting: await startSandbox({ environment }),
    defective: await startSandbox({ environment }),
  };
  const table = createAttemptsTable(dynamoDb.client(), dynamoDb.tableName);
  useWith(sandboxes.counting, { attempts: createAttemptLimiter(table, 'refuse') });
  const read = async () => {
    throw new TypeError('this text may quote the request');
  };
  useWith(sandboxes.defective, { credentials: { read, replace: read } });
});

/** Has the sandbox's function put together with other parts than its own. */
const useWith = (sandbox: Sandbox, parts: Partial<HandlerDependencies>): void =>
  sandbox.use(({ kaleyra, record }) => {
    const agent = new Agent({ keepAlive: true });
    const handler = createHandler({
      credentials: { read: async () => sampleCredentials, replace: async () => undefined },
      kaleyra: createKaleyraClient({ ...kaleyra, agent }),
      kaleyraTimeoutMs: 1000,
      pod: 'IN',
      record,
      ...parts,
    });
    return { handler: handler as Handler, close: () => agent.destroy() };
  });

afterAll(async () => {
  await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
  await dynamoDb.close();
});

describe('both entry points', () => {
  it.each(scenarios)('$code for $name', async (scenario) => {
    const sandbox = sandboxes[scenario.where ?? 'plain'];
    await scenario.before?.(sandbox);

    const byHttp = await toldByHttp(sandbox, scenario);

    expect(byHttp.code).toBe(scenario.code);
    if (scenario.headers) return;
    const directly = await toldDirectly(sandbox, scenario);
    expect(directly).toEqual(byHttp);
  });

  it('have a scenario for every code of the catalogue', () => {
    const covered = new Set(scenarios.map(({ code }) => code));

    expect([...failureCodes, 'Verified'].filter((code) => !covered.has(code as FailureCode))).toEqual([]);
  });
});
