import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HandlerDependencies } from '../../../functions/verify-number/handler.ts';
import { readAnswer } from '../../../functions/verify-number/kaleyra/response.ts';
import { directEvent, httpEvent } from '../../support/events.ts';
import { createTestHandler } from '../../support/test-handler.ts';
import {
  anyInput,
  bodyFields,
  bodyText,
  contentType,
  kaleyraAnswer,
  pathMembers,
  plantedKey,
  plantedOtp,
} from './arbitraries.ts';
import {
  assertNothingLeaked,
  assertRecorded,
  type Outcome,
  outcomeOfAnswer,
  outcomeOfThrown,
} from './promises.ts';

/** What may come of a request where tenant and Kaleyra find nothing wrong: its own fault, or none. */
const faultless: readonly Outcome[] = [
  'Verified',
  'RequestInvalid',
  'RequestTooLarge',
  'UnsupportedMediaType',
];

const overHttp = async (event: object, given: Partial<HandlerDependencies> = {}): Promise<Outcome> => {
  const { invoke, records } = createTestHandler(given);
  const answer = await invoke(event);
  const outcome = outcomeOfAnswer(answer);
  assertRecorded(records, outcome);
  assertNothingLeaked(answer, records);
  return outcome;
};

const directly = async (event: unknown, given: Partial<HandlerDependencies> = {}): Promise<Outcome> => {
  const { invoke, records } = createTestHandler(given);
  const { outcome, told } = await invoke(event).then(
    (verification) => ({ outcome: 'Verified' as const, told: verification }),
    (thrown: unknown) => ({ outcome: outcomeOfThrown(thrown), told: thrown }),
  );
  assertRecorded(records, outcome);
  assertNothingLeaked(told, records);
  return outcome;
};

/** A Kaleyra that answers so, with what the function makes of its answers. */
const kaleyraThatSays = (answer: Parameters<typeof readAnswer>[0]): Partial<HandlerDependencies> => ({
  kaleyra: { verify: async (command) => readAnswer(answer, { ...command, apiKey: plantedKey }) },
});

export const anyHttpEvent = fc.asyncProperty(
  pathMembers,
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
    const outcome = await overHttp(event);
    assert.ok(faultless.includes(outcome), `${outcome} for a request that has only itself to blame`);
  },
);

export const anyDirectEvent = fc.asyncProperty(anyInput, async (input) => {
  const outcome = await directly(input);
  assert.ok(faultless.includes(outcome), `${outcome} for a request that has only itself to blame`);
});

export const bothEntryPointsAlike = fc.asyncProperty(pathMembers, bodyFields, async (path, body) => {
  const json = JSON.stringify(body);
  // A field of the body that the path has too is the path's, by HTTP; directly there is but one of them.
  const { tenant_id: _tenant, waba_id: _waba, ...others } = JSON.parse(json);
  const [http, direct] = await Promise.all([
    overHttp(httpEvent({ path, body: json })),
    directly({ ...others, ...path }),
  ]);
  if (direct !== 'RequestTooLarge' && http !== 'RequestTooLarge') assert.equal(http, direct);
});

export const anyKaleyraAnswer = fc.asyncProperty(kaleyraAnswer, async (answer) => {
  const event = { otp: plantedOtp };
  const [http, direct] = await Promise.all([
    overHttp(httpEvent({ body: event }), kaleyraThatSays(answer)),
    directly(directEvent(event), kaleyraThatSays(answer)),
  ]);
  assert.equal(http, direct);
  assert.notEqual(http, 'InternalError');
});

/** API Gateway writes claims as texts, whatever they were. */
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
    const outcome = await overHttp(event, { tenantClaim: 'tenant' });
    const named =
      typeof claim === 'string'
        ? !/[[\]]/.test(claim.slice(1, -1)) && claim.split(/[[\] ,]/).includes(tenant_id)
        : Array.isArray(claim) && claim.includes(tenant_id);
    if (outcome === 'Verified') assert.ok(named, 'a claim that does not name the tenant opened its path');
    else assert.equal(outcome, 'TenantForbidden');
  },
);
