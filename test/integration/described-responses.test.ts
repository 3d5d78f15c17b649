import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Failure, failureCodes } from '../../functions/verify-number/core/failures.ts';
import { sampleRequest } from '../../lib/reference/sample-request.ts';
import { createUnsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import { triggerRows } from '../../lib/sandbox/kaleyra/outcomes.ts';
import { type RunningSandbox, startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { brokenTenants } from '../../lib/sandbox/tenants/seed-tenants.ts';
import { type Finding, type PassedResponse, startContractProxy } from '../support/contract-proxy.ts';
import { createTestHandler } from '../support/test-handler.ts';

// Programs are run, which takes its time on a busy machine.
jest.setTimeout(60_000);

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8'));
const [{ post: operation }] = Object.values(document.paths) as [{ post: { responses: Described } }];
type Described = Record<string, { headers?: Record<string, unknown>; content: Record<string, unknown> }>;

/**
 * The document, but with no room for fields that it does not name. The published one has room, since a caller should
 * ignore what it does not know; here such a field would be one that no page describes.
 */
const closed = () => {
  const { VerifyNumberRequest, Problem, ...responses } = document.components.schemas;
  const schemas = Object.fromEntries(
    Object.entries(responses).map(([name, schema]) => [
      name,
      { ...(schema as object), unevaluatedProperties: false },
    ]),
  );
  return {
    ...document,
    components: { ...document.components, schemas: { ...schemas, VerifyNumberRequest, Problem } },
  };
};

interface Call {
  readonly tenant?: string;
  readonly phone?: string;
  readonly otp?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly token?: string | null;
}

const everyTenant = ['acme', 'nobody', ...Object.values(brokenTenants)];

/** Calls that match the description, whatever their result. */
const goodCalls: readonly Call[] = [
  {},
  ...triggerRows.flatMap(({ trigger }) =>
    'lastFour' in trigger ? [{ phone: `+91976541${trigger.lastFour}` }] : [],
  ),
  { otp: '000000' },
  { body: JSON.stringify({ ...sampleRequest, id: Number.MAX_SAFE_INTEGER }) },
  { body: JSON.stringify({ ...sampleRequest, id: '0'.repeat(20), ignored: null }) },
  ...everyTenant.map((tenant) => ({ tenant })),
  { token: createUnsignedToken('tenant', 'globex') },
];

/** Calls that do not match the description. */
const badCalls: readonly Call[] = [
  { otp: '12345' },
  { body: '[]' },
  { body: 'not JSON' },
  { contentType: 'text/plain' },
  { body: JSON.stringify({ padding: 'x'.repeat(5000) }) },
  { token: null },
];

/** A function whose Kaleyra client fails with this value. */
const createFunctionThatFailsWith = (thrown: unknown) => {
  const kaleyra = { verify: () => Promise.reject(thrown) };
  const { invoke } = createTestHandler({ kaleyra, tenantClaim: 'tenant' });
  return (event: unknown) => invoke(event);
};

const verified = { ...sampleRequest, otp: undefined, status: 'verified', message: 'Processed' };

/** Responses that the document does not describe, each of which must be found. */
const lies: readonly object[] = [
  { ...verified, extra: 'not described' },
  { ...verified, message: undefined },
  { statusCode: 422, headers: { 'content-type': 'application/problem+json' }, body: '{"code":"Unheard"}' },
  { statusCode: 418, body: '{}' },
  { statusCode: 200, headers: { 'content-type': 'application/ld+json' }, body: JSON.stringify(verified) },
];

/** Codes that the sandbox cannot be made to respond with by a request alone. */
const unreachableCodes = [
  'TooManyAttempts',
  'TenantRateLimited',
  'AttemptsUnavailable',
  'KaleyraUnavailable',
] as const;

const hasDescribedForm = ({ status, mimeType }: PassedResponse): boolean =>
  operation.responses[status]?.content[mimeType] !== undefined;

const ofResponses = (findings: readonly Finding[]) => findings.filter(({ target }) => target === 'response');

describe('responses, seen by a contract proxy', () => {
  let sandbox: RunningSandbox;
  let findings: Finding[];
  let responses: PassedResponse[];
  let firstLie: number;

  beforeAll(async () => {
    sandbox = await startSandbox({ environment: { TENANT_CLAIM: 'tenant', KALEYRA_TIMEOUT_MS: '3000' } });
    const proxy = await startContractProxy(closed(), sandbox.urls.http);
    const token = createUnsignedToken('tenant', everyTenant);
    const call = async (differing: Call): Promise<void> => {
      const { tenant_id, waba_id, id, phone_number, otp } = sampleRequest;
      const path = `/tenants/${differing.tenant ?? tenant_id}/whatsapp/${waba_id}/number/verify`;
      const fields = { id, phone_number: differing.phone ?? phone_number, otp: differing.otp ?? otp };
      const bearer = differing.token === undefined ? token : differing.token;
      const response = await fetch(proxy.url + path, {
        method: 'POST',
        headers: {
          'content-type': differing.contentType ?? 'application/json',
          ...(bearer && { authorization: `Bearer ${bearer}` }),
        },
        body: differing.body ?? JSON.stringify(fields),
      });
      await response.arrayBuffer();
    };
    try {
      await Promise.all([...goodCalls, ...badCalls].map(call));
      const functions = [
        ...unreachableCodes.map((code) => createFunctionThatFailsWith(new Failure(code, 'A detail.'))),
        createFunctionThatFailsWith(new TypeError('a defect')),
        ...lies.map((lie) => async () => lie),
      ];
      for (const handler of functions) {
        sandbox.use(() => ({ handler, close: () => {} }));
        await call({});
      }
    } finally {
      ({ findings, responses } = await proxy.finish());
    }
    firstLie = responses.length - lies.length;
  });

  afterAll(() => sandbox.close());

  it('come in every code of the catalogue', () => {
    const codes = new Set(responses.map(({ body }) => body['code']));
    expect(failureCodes.filter((code) => !codes.has(code))).toEqual([]);
  });

  it('are all described: status, content type, and every field', () => {
    const undescribed = responses.slice(0, firstLie).filter((response) => !hasDescribedForm(response));
    expect(undescribed).toEqual([]);
    expect(ofResponses(findings).filter(({ exchangeIndex }) => exchangeIndex < firstLie)).toEqual([]);
  });

  it('would be noticed if they were not', () => {
    const noticed = responses.flatMap((response, index) =>
      !hasDescribedForm(response) ||
      ofResponses(findings).some(({ exchangeIndex }) => exchangeIndex === index)
        ? [index - firstLie]
        : [],
    );
    expect(noticed).toEqual([...lies.keys()]);
  });

  it('carry Retry-After with each retryable 429 and 503, and only where it is described', () => {
    for (const { status, headers, body } of responses) {
      const retryAfter = headers['retry-after'];
      if (body['retryable'] && (status === 429 || status === 503)) expect(retryAfter).toMatch(/^\d+$/);
      if (retryAfter !== undefined)
        expect(operation.responses[status]?.headers).toHaveProperty('Retry-After');
    }
  });

  it('verify no request that is not described', () => {
    const errors = findings.filter(({ target, severity }) => target === 'request' && severity === 'error');
    expect(errors.map(({ status }) => status)).toEqual([401]);
  });
});
