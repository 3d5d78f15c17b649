import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestEvent } from '../../../../functions/verify-number/telemetry/request-event.ts';
import { sampleRequest } from '../../../../lib/reference/sample-request.ts';
import type { ControlState } from '../../../../lib/sandbox/controls/controls.ts';
import { type RunningSandbox, startSandbox } from '../../../../lib/sandbox/start-sandbox.ts';

let sandbox: RunningSandbox;
const changes: ControlState[] = [];
const events: RequestEvent[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({
    onControlChange: (state) => changes.push(state),
    emit: (event) => events.push(event),
  });
});

afterAll(() => sandbox.close());

const control = async (method: string, path = '', body?: unknown) => {
  const response = await fetch(`${sandbox.url}/sandbox/controls${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

beforeEach(async () => {
  await control('DELETE');
  changes.length = 0;
});

const { tenant_id, waba_id, ...sample } = sampleRequest;

/** Verifies a number. @returns the outcome in the log */
const verify = async (tenant = tenant_id, at = sandbox) => {
  await fetch(`${at.url}/tenants/${tenant}/whatsapp/1/number/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sample),
  });
  return at.calls().at(-1)?.outcome;
};

const initial = {
  secretsManager: 'ok',
  kaleyra: 'ok',
  rotations: { acme: 'initial', globex: 'initial', remembers: 'initial' },
  frozenUntil: null,
  usedUp: [],
  active: 0,
};

describe('the control API', () => {
  it('sets faults, reports them to the listener, and resets them', async () => {
    expect(await control('GET')).toEqual({ status: 200, json: initial });
    const { json } = await control('PATCH', '', { secretsManager: 'failing', kaleyra: 'slow' });
    expect(json).toEqual({ ...initial, secretsManager: 'failing', kaleyra: 'slow', active: 2 });
    const changed = await control('PATCH', '', { kaleyra: 'ok' });
    expect(changed.json).toEqual({ ...initial, secretsManager: 'failing', active: 1 });

    expect((await control('DELETE')).json).toEqual(initial);
    expect(changes.map(({ active }) => active)).toEqual([2, 1, 0]);
  });

  it.each([
    ['GET', '/rotate', undefined, 404, 'no such route'],
    ['POST', '/elsewhere', {}, 404, 'no such route'],
    ['PATCH', '', '[]', 400, 'must be a JSON object'],
    ['PATCH', '', '{', 400, 'must be a JSON object'],
    ['PATCH', '', { kaleyra: 'gone' }, 400, 'kaleyra must be one of ok, slow, dropping, bad-gateway.'],
    [
      'PATCH',
      '',
      { secretsManager: 1 },
      400,
      'secretsManager must be one of ok, failing, throttling, hanging.',
    ],
    ['POST', '/rotate', { tenant_id: 'nobody', step: 'new-key' }, 400, 'are: acme, globex, remembers.'],
    ['POST', '/rotate', { tenant_id }, 400, 'step must be one of new-key, revoke-old.'],
    ['POST', '/rotate', { tenant_id, step: 'revoke-old' }, 400, 'Add a new key before'],
    ['POST', '/freeze', { seconds: 0 }, 400, 'seconds must be a whole number from 1 to 86400.'],
    ['POST', '/freeze', {}, 400, 'seconds must be a whole number from 1 to 86400.'],
    ['POST', '/use-up', { ...sample, tenant_id, phone_number: '123' }, 400, 'phone_number must be'],
  ])('rejects %s %s with %j', async (method, path, body, status, message) => {
    expect(await control(method, path, body)).toEqual({
      status,
      json: { message: expect.stringContaining(message) },
    });
    expect(changes).toEqual([]);
  });
});

describe('a fault', () => {
  it.each([
    [{ secretsManager: 'failing' }, 'CredentialsUnavailable'],
    [{ secretsManager: 'throttling' }, 'CredentialsUnavailable'],
    [{ secretsManager: 'hanging' }, 'CredentialsUnavailable'],
    [{ kaleyra: 'dropping' }, 'OutcomeUnknown'],
    [{ kaleyra: 'bad-gateway' }, 'KaleyraFailed'],
  ] as const)('of %j leads to %s, until it is reset', async (modes, outcome) => {
    sandbox.controls.set(modes);
    expect(await verify()).toBe(outcome);

    sandbox.controls.reset();
    expect(await verify()).toBe('Verified');
  });

  it('of Secrets Manager has no effect on tenants whose credentials are cached', async () => {
    await verify();
    sandbox.controls.set({ secretsManager: 'failing' });

    expect([await verify(), await verify('globex')]).toEqual(['Verified', 'CredentialsUnavailable']);
  });

  it('can be that Kaleyra is slow', async () => {
    sandbox.controls.set({ kaleyra: 'slow' });

    expect(await verify()).toBe('Verified');
    expect(events.at(-1)?.kaleyra_ms).toBeGreaterThan(1000);
  });

  it('is not possible for services that are not the sandbox’s own', async () => {
    const other = await startSandbox({ environment: { KALEYRA_BASE_URL: sandbox.urls.kaleyra } });
    try {
      expect(() => other.controls.set({ kaleyra: 'slow' })).toThrow('Unset KALEYRA_BASE_URL.');
      expect(() => other.controls.rotate('acme', 'new-key')).toThrow('can be rotated are: none.');
      other.controls.set({ secretsManager: 'failing' });
      expect(await verify('acme', other)).toBe('CredentialsUnavailable');
    } finally {
      await other.close();
    }
  });
});

describe('a rotation', () => {
  it('leaves the function working at every step', async () => {
    const verifyAndCount = async () => [await verify(), sandbox.calls().at(-1)?.kaleyraRequests];
    expect(await verifyAndCount()).toEqual(['Verified', 1]);

    sandbox.controls.rotate('acme', 'new-key');
    expect(sandbox.controls.state()).toMatchObject({ rotations: { acme: 'both-keys' }, active: 1 });
    expect(await verifyAndCount()).toEqual(['Verified', 1]);

    sandbox.controls.rotate('acme', 'revoke-old');
    expect(sandbox.controls.state()).toMatchObject({ rotations: { acme: 'old-revoked' }, active: 1 });
    // Kaleyra rejects the cached key; the function reads the new one and repeats the request.
    expect(await verifyAndCount()).toEqual(['Verified', 2]);
    expect(await verifyAndCount()).toEqual(['Verified', 1]);
  });

  it('can be repeated', () => {
    for (let times = 0; times < 2; times += 1) {
      sandbox.controls.rotate('globex', 'new-key');
      expect(() => sandbox.controls.rotate('globex', 'new-key')).toThrow('Revoke the old key before');
      sandbox.controls.rotate('globex', 'revoke-old');
    }
  });
});

it('a freeze moves the function’s clock on, so that cached credentials expire', async () => {
  const reads = () => sandbox.secretsManager?.callCount('GetSecretValue', 'kaleyra/acme') ?? 0;
  await verify();
  const before = reads();
  await verify();
  expect(reads()).toBe(before);

  const now = Date.now();
  sandbox.controls.freeze(301);
  const { frozenUntil, active } = sandbox.controls.state();
  expect(Date.parse(frozenUntil ?? '')).toBeGreaterThanOrEqual(now + 301_000);
  expect(active).toBe(1);
  expect(await verify()).toBe('Verified');
  expect(reads()).toBe(before + 1);
});

it('used-up attempts make the next one fail until the reset, also if attempts were not counted', async () => {
  expect(await verify()).toBe('Verified');
  const { json } = await control('POST', '/use-up', { tenant_id, ...sample });

  expect(json).toMatchObject({ usedUp: [{ tenant_id, phone_number: '+********2345' }], active: 1 });
  expect([await verify(), await verify('globex')]).toEqual(['TooManyAttempts', 'Verified']);
  await control('DELETE');
  expect(await verify()).toBe('Verified');
});

it('a reset makes Kaleyra forget verified numbers', async () => {
  const outcomes = [await verify('remembers'), await verify('remembers')];
  await control('DELETE');

  expect([...outcomes, await verify('remembers')]).toEqual(['Verified', 'AlreadyVerified', 'Verified']);
});
