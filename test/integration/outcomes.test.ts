/**
 * Every outcome, once per entry point over real sockets. Both entry points must report the same, and a proxy compares the
 * HTTP responses with the OpenAPI document.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ports } from '../../functions/verify-number/compose.ts';
import { failureCodes, getDefinition } from '../../functions/verify-number/core/failures.ts';
import { sampleRequest, toSamplePhoneNumber } from '../../lib/reference/sample-request.ts';
import { composeFunction } from '../../lib/sandbox/compose-function.ts';
import { createUnsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import { type Outcome, triggerRows, triggers } from '../../lib/sandbox/kaleyra/outcomes.ts';
import { type RunningSandbox, startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { brokenTenants } from '../../lib/sandbox/tenants/seed-tenants.ts';
import { type Finding, type PassedResponse, startContractProxy } from '../support/contract-proxy.ts';

/** All scenarios are sent one after another before the tests, by a program that takes long to start on a busy machine. */
const setUpTimeoutMs = 600_000;

interface Scenario {
  readonly name: string;
  readonly code: Outcome;
  /** Fields that differ from the sample request. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Requests with the same fields to send first. */
  readonly before?: number;
  /** The default of the catalogue if absent. */
  readonly retryAfter?: string;
  /** What differs over HTTP. Such a scenario applies to HTTP only. */
  readonly http?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string };
  readonly where?: keyof typeof setups;
}

/** Variables and ports of the function that differ. Each scenario starts with a function without caches. */
const setups = {
  // Long enough to send a request on a busy machine.
  impatient: { environment: { KALEYRA_TIMEOUT_MS: '3000' } },
  counting: { environment: { ATTEMPTS_TABLE: 'any', ATTEMPTS_ON_FAILURE: 'refuse' } },
  limited: { environment: { ATTEMPTS_TABLE: 'any', TENANT_REQUESTS_PER_MINUTE: '1' } },
  defective: {
    ports: {
      readSecret: () => {
        throw new TypeError('This text may quote the request.');
      },
    },
  },
} satisfies Record<string, { environment?: Record<string, string>; ports?: Partial<Ports> }>;

/** Numbers for which Kaleyra does not end its response. */
const endless = ['0504', '2504'];
const retryAfters: Readonly<Record<string, string>> = { '1429': '7', '0503': '20' };

const fromTable: readonly Scenario[] = triggerRows.flatMap(({ outcome, trigger }): Scenario[] => {
  if (!('lastFour' in trigger)) {
    return trigger.changes ? [{ name: trigger.instead, code: outcome, fields: trigger.changes }] : [];
  }
  const { lastFour, happens } = trigger;
  const retryAfter = retryAfters[lastFour];
  return [
    {
      name: `${lastFour}: ${happens}`,
      code: outcome,
      fields: { phone_number: toSamplePhoneNumber(lastFour) },
      ...(retryAfter && { retryAfter }),
      ...(endless.includes(lastFour) && { where: 'impatient' }),
    },
  ];
});

const guess = { phone_number: '+919765000001', otp: '000000' };

const scenarios: readonly Scenario[] = [
  ...fromTable,
  { name: 'an id of 20 digits', code: 'Verified', fields: { id: '12345678901234567890' } },
  { name: 'the largest safe number as id', code: 'Verified', fields: { id: Number.MAX_SAFE_INTEGER } },
  { name: "a password in WhatsApp's format", code: 'Verified', fields: { otp: '671-242' } },
  { name: 'unknown fields', code: 'Verified', fields: { sid: 'X', host: null } },
  { name: 'a fractional id', code: 'RequestInvalid', fields: { id: 1.5 } },
  { name: 'a tenant id that is a parent folder', code: 'RequestInvalid', fields: { tenant_id: '..' } },
  {
    name: 'several invalid fields',
    code: 'RequestInvalid',
    fields: { waba_id: 'x', id: '', phone_number: 1, otp: null },
  },
  { name: 'a body that is not JSON', code: 'RequestInvalid', http: { body: 'not JSON' } },
  { name: 'more than 4 KiB', code: 'RequestTooLarge', fields: { padding: 'x'.repeat(4096) } },
  {
    name: 'a content type that is not JSON',
    code: 'UnsupportedMediaType',
    http: { headers: { 'content-type': 'text/plain' } },
  },
  {
    name: "another tenant's token",
    code: 'TenantForbidden',
    http: { headers: { authorization: `Bearer ${createUnsignedToken('tenant', 'globex')}` } },
  },
  {
    name: 'a number that selects an outcome, with a wrong password',
    code: 'AlreadyVerified',
    fields: { phone_number: toSamplePhoneNumber('0409'), otp: '000000' },
  },
  {
    name: 'a number that a tenant with a memory has verified',
    code: 'AlreadyVerified',
    fields: { tenant_id: 'remembers' },
    before: 1,
  },
  {
    name: 'a number that was verified without a response',
    code: 'AlreadyVerified',
    fields: { tenant_id: 'remembers', phone_number: toSamplePhoneNumber('5504') },
    before: 1,
  },
  { name: 'the sixth guess', code: 'TooManyAttempts', fields: guess, before: 5, where: 'counting' },
  { name: 'the second request in a minute', code: 'TenantRateLimited', before: 1, where: 'limited' },
  {
    name: 'attempts that cannot be counted',
    code: 'AttemptsUnavailable',
    fields: { tenant_id: brokenTenants.uncountable },
    where: 'counting',
  },
  { name: 'a defect', code: 'InternalError', where: 'defective' },
];

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8'));
const [{ post: operation }] = Object.values(document.paths) as [{ post: { responses: Described } }];
type Described = Record<string, { headers?: Record<string, unknown>; content: Record<string, unknown> }>;

/**
 * The document, but with no room for fields that it does not name. The published one has room, since a caller should
 * ignore what it does not know; here such a field would be one that no page describes.
 */
const closed = () => {
  const { VerifyNumberRequest, Problem, ...responses } = document.components.schemas;
  const close = ([name, schema]: [string, object]) => [name, { ...schema, unevaluatedProperties: false }];
  const schemas = {
    ...Object.fromEntries(Object.entries<object>(responses).map(close)),
    VerifyNumberRequest,
  };
  return { ...document, components: { ...document.components, schemas: { ...schemas, Problem } } };
};

const verified = { ...sampleRequest, otp: undefined, status: 'verified', message: 'Processed' };
const toJson = (body: unknown, contentType = 'application/json') => ({
  statusCode: 200,
  headers: { 'content-type': contentType },
  body: JSON.stringify(body),
});

/** Responses that the document does not describe, each of which must be found. */
const lies: readonly object[] = [
  toJson({ ...verified, extra: 'not described' }),
  toJson({ ...verified, message: undefined }),
  { ...toJson({ code: 'Unheard' }, 'application/problem+json'), statusCode: 422 },
  { statusCode: 418, body: '{}' },
  toJson(verified, 'application/ld+json'),
];

/** What an entry point reported, in the same form for both. */
interface Reported {
  readonly code: unknown;
  /** The verification, or the detail of the failure. */
  readonly result: unknown;
}

const sendHttp = async (origin: string, { fields, http }: Omit<Scenario, 'name' | 'code'>) => {
  const { tenant_id, waba_id, ...body } = { ...sampleRequest, ...fields };
  // `fetch` resolves `..` itself. An encoded slash keeps the segment as it is.
  const tenant = tenant_id === '..' ? '..%2F' : tenant_id;
  const response = await fetch(`${origin}/tenants/${tenant}/whatsapp/${waba_id}/number/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...http?.headers },
    body: http?.body ?? JSON.stringify(body),
  });
  await response.arrayBuffer();
};

const sendDirect = async ({ fields }: Scenario): Promise<Reported> => {
  const body = JSON.stringify({ ...sampleRequest, ...fields });
  const response = await fetch(sandbox.urls.invoke, { method: 'POST', body });
  const json = JSON.parse(await response.text());
  const hasFailed = response.headers.get('x-amz-function-error') === 'Unhandled';
  return hasFailed ? { code: json.errorType, result: json.errorMessage } : { code: 'Verified', result: json };
};

let sandbox: RunningSandbox;
let token: string;
let findings: readonly Finding[];
const direct: Reported[] = [];
let responses: readonly PassedResponse[];
let responsesToLies: readonly PassedResponse[];

beforeAll(async () => {
  sandbox = await startSandbox({ environment: { TENANT_CLAIM: 'tenant' } });
  token = createUnsignedToken('tenant', [...sandbox.tenantIds, ...Object.values(brokenTenants), 'nobody']);
  const proxy = await startContractProxy(closed(), sandbox.url);
  // The details contain seconds, so both entry points have to see the same time.
  const now = Date.now();
  const startFunction = ({ where }: Scenario): void => {
    sandbox.controls.reset();
    const { environment = {}, ports = {} }: { environment?: object; ports?: Partial<Ports> } = where
      ? setups[where]
      : {};
    sandbox.use((services) =>
      composeFunction(
        { ...services, environment: { ...services.environment, ...environment }, clock: { now: () => now } },
        ports,
      ),
    );
  };
  for (const scenario of scenarios) {
    startFunction(scenario);
    for (let sent = 0; sent < (scenario.before ?? 0); sent += 1) await sendHttp(sandbox.url, scenario);
    const [reported] = await Promise.all([sendDirect(scenario), sendHttp(proxy.url, scenario)]);
    direct.push(reported);
  }
  for (const lie of lies) {
    sandbox.use(() => ({ handler: async () => lie, close: () => {} }));
    await sendHttp(proxy.url, {});
  }
  const seen = await proxy.finish();
  findings = seen.findings;
  responses = seen.responses.slice(0, scenarios.length);
  responsesToLies = seen.responses.slice(scenarios.length);
}, setUpTimeoutMs);

afterAll(() => sandbox.close());

const isDescribed = ({ status, mimeType }: PassedResponse, index: number): boolean =>
  operation.responses[status]?.content[mimeType] !== undefined &&
  !findings.some(({ target, exchangeIndex }) => target === 'response' && exchangeIndex === index);

describe('both entry points', () => {
  it.each(scenarios.map((scenario, index) => ({ ...scenario, index })))(
    'report $code for $name',
    ({ code, http, retryAfter, index }) => {
      const { status, headers, body } = responses[index] as PassedResponse;
      if (code === 'Verified') {
        expect([status, headers['content-type']]).toEqual([200, 'application/json']);
      } else {
        const { retryAfterSeconds, ...definition } = getDefinition(code);
        expect([status, headers['content-type']]).toEqual([definition.status, 'application/problem+json']);
        expect(body).toMatchObject({
          type: `${sandbox.url}/problems#${code.toLowerCase()}`,
          title: definition.title,
          status,
          code,
          retryable: definition.retryable,
          instance: expect.stringMatching(/^urn:kaleyra-verify:request:[0-9a-f-]{36}$/),
        });
        expect('errors' in body).toBe(code === 'RequestInvalid');
        expect(headers['retry-after'] !== undefined).toBe(retryAfterSeconds !== undefined);
        if (retryAfter) expect(headers['retry-after']).toBe(retryAfter);
      }
      if (http) return;
      expect(direct[index]).toEqual({ code, result: code === 'Verified' ? body : body['detail'] });
    },
  );

  it('have a scenario for every code of the catalogue', () => {
    const covered = new Set<string>(scenarios.map(({ code }) => code));

    expect(Object.keys(triggers)).toEqual(['Verified', ...failureCodes]);
    expect(Object.keys(triggers).filter((code) => !covered.has(code))).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  it('describes every response: status, content type, every field, and Retry-After', () => {
    expect(responses.filter((response, index) => !isDescribed(response, index))).toEqual([]);
    const retryable = responses.filter(({ headers }) => headers['retry-after'] !== undefined);
    for (const { status } of retryable)
      expect(operation.responses[status]?.headers).toHaveProperty('Retry-After');
  });

  it('does not describe other responses', () => {
    expect(responsesToLies).toHaveLength(lies.length);
    expect(
      responsesToLies.filter((response, index) => isDescribed(response, scenarios.length + index)),
    ).toEqual([]);
  });

  it('does not reject a request that is verified', () => {
    const errors = findings.filter(({ target, severity }) => target === 'request' && severity === 'error');

    expect(errors.filter(({ status }) => status < 400)).toEqual([]);
  });
});
