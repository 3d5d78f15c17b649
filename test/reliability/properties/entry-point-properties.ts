/** Properties of both entry points. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mapResponse } from '../../../functions/verify-number/kaleyra/response.ts';
import { directEvent, httpEvent } from '../../support/events.ts';
import { createTestHandler } from '../../support/test-handler.ts';
import {
  anyInput,
  bodyFields,
  bodyText,
  contentType,
  kaleyraResponse,
  pathFields,
  plantedKey,
  plantedOtp,
} from './arbitraries.ts';
import { assertLogged, assertNothingLeaked, type Outcome, readResponse, readThrown } from './promises.ts';

type Given = Parameters<typeof createTestHandler>[0];

/** The outcomes of a request if the tenant and Kaleyra find nothing wrong with it. */
const outcomesOfRequest: readonly Outcome[] = [
  'Verified',
  'RequestInvalid',
  'RequestTooLarge',
  'UnsupportedMediaType',
];

const sendHttp = async (event: object, given: Given = {}): Promise<Outcome> => {
  const { invoke, events } = createTestHandler(given);
  const response = await invoke(event);
  const outcome = readResponse(response);
  assertLogged(events, outcome);
  assertNothingLeaked(response, events);
  return outcome;
};

const sendDirect = async (event: unknown, given: Given = {}): Promise<Outcome> => {
  const { invoke, events } = createTestHandler(given);
  const { outcome, visible } = await invoke(event).then(
    (verification) => ({ outcome: 'Verified' as const, visible: verification }),
    (thrown: unknown) => ({ outcome: readThrown(thrown), visible: thrown }),
  );
  assertLogged(events, outcome);
  assertNothingLeaked(visible, events);
  return outcome;
};

/** A Kaleyra that sends this response. */
const respondWith = (response: Parameters<typeof mapResponse>[0]): Given => ({
  kaleyra: {
    verify: async ({ number: { phone_number }, otp }) =>
      mapResponse(response, { phone_number, otp, sid: 'FAKESIDACME', apiKey: plantedKey }),
  },
});

export const anyHttpEvent = fc.asyncProperty(
  pathFields,
  fc.oneof(bodyText, fc.uint8Array({ maxLength: 5000 })),
  contentType,
  fc.boolean(),
  async (path, body, type, inBase64) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const event = httpEvent({
      path,
      ...(inBase64 ? { bytes } : { body: Buffer.from(bytes).toString('utf8') }),
      contentType: type ?? null,
    });
    const outcome = await sendHttp(event);
    assert.ok(outcomesOfRequest.includes(outcome), `${outcome} although only the request can be wrong`);
  },
);

export const anyDirectEvent = fc.asyncProperty(anyInput, async (input) => {
  const outcome = await sendDirect(input);
  assert.ok(outcomesOfRequest.includes(outcome), `${outcome} although only the request can be wrong`);
});

export const sameByBothEntryPoints = fc.asyncProperty(pathFields, bodyFields, async (path, body) => {
  const json = JSON.stringify(body);
  // Over HTTP, a field of the body that the path has too is ignored. A direct input has each field once.
  const { tenant_id: _tenant, waba_id: _waba, ...others } = JSON.parse(json);
  const [http, direct] = await Promise.all([
    sendHttp(httpEvent({ path, body: json })),
    sendDirect({ ...others, ...path }),
  ]);
  if (direct === 'RequestTooLarge' || http === 'RequestTooLarge') return;
  // A direct input was parsed before, and such a number has lost digits. Over HTTP they are in the source text.
  if (typeof others.id === 'number' && others.id > Number.MAX_SAFE_INTEGER) {
    assert.equal(direct, 'RequestInvalid');
  } else assert.equal(http, direct);
});

export const anyKaleyraResponse = fc.asyncProperty(kaleyraResponse, async (response) => {
  const fields = { otp: plantedOtp };
  const [http, direct] = await Promise.all([
    sendHttp(httpEvent({ body: fields }), respondWith(response)),
    sendDirect(directEvent(fields), respondWith(response)),
  ]);
  assert.equal(http, direct);
  assert.notEqual(http, 'InternalError');
});

/** API Gateway writes claims as text. */
const claimText = fc.oneof(
  fc
    .array(fc.constantFrom('acme', 'globex', '[', ']', ' ', ',', 'map[', ':', '\n'), { maxLength: 6 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary' }),
);

export const anyClaim = fc.asyncProperty(
  fc.oneof(claimText, fc.jsonValue({ maxDepth: 2 })),
  fc.constantFrom('acme', 'globex', '__proto__', 'toString'),
  async (claim, tenant_id) => {
    const event = httpEvent({ path: { tenant_id, waba_id: '1' }, claims: { tenant: claim } });
    const outcome = await sendHttp(event, { tenantClaim: 'tenant' });
    const isListed =
      typeof claim === 'string'
        ? !/[[\]]/.test(claim.slice(1, -1)) && claim.split(/[[\] ]/).includes(tenant_id)
        : Array.isArray(claim) && claim.includes(tenant_id);
    if (outcome === 'Verified') assert.ok(isListed, 'a claim that does not list the tenant was accepted');
    else assert.equal(outcome, 'TenantForbidden');
  },
);
