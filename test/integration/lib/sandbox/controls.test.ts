import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fields } from '../../../../functions/verify-number/core/parse-command.ts';
import type { ControlState } from '../../../../lib/sandbox/controls/controls.ts';
import { type RunningSandbox, startSandbox } from '../../../../lib/sandbox/start-sandbox.ts';

let sandbox: RunningSandbox;
const changes: ControlState[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ onControlChange: (state) => changes.push(state) });
});

afterAll(() => sandbox.close());

const control = async (method: string, path = '', body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${sandbox.url}/sandbox/controls${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

beforeEach(async () => {
  await control('DELETE');
  changes.length = 0;
});

const sample = { id: '678997654123456', phone_number: '+919765412345', otp: '671242' };

/** Verifies a number. @returns the outcome in the log */
const verify = async (tenant = 'acme', differing: Partial<typeof sample> = {}, at = sandbox) => {
  await fetch(`${at.url}/tenants/${tenant}/whatsapp/1/number/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...sample, ...differing }),
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

describe('the controls of the sandbox', () => {
  describe('the control API', () => {
    it('shows that nothing is being simulated at first', async () => {
      expect(await control('GET')).toEqual({ status: 200, json: initial });
    });

    it('sets faults, reports them to the listener, and resets them', async () => {
      const { json } = await control('PATCH', '', { secretsManager: 'failing', kaleyra: 'slow' });
      expect(json).toEqual({ ...initial, secretsManager: 'failing', kaleyra: 'slow', active: 2 });
      expect((await control('PATCH', '', { kaleyra: 'ok' })).json).toMatchObject({
        secretsManager: 'failing',
        kaleyra: 'ok',
        active: 1,
      });

      expect((await control('DELETE')).json).toEqual(initial);
      expect(changes.map(({ active }) => active)).toEqual([2, 1, 0]);
    });

    it.each([
      ['GET', '/rotate', undefined, 404, 'The control API has no such route.'],
      ['POST', '/elsewhere', {}, 404, 'The control API has no such route.'],
      ['PATCH', '', '[]', 400, 'The body must be a JSON object.'],
      ['PATCH', '', '{', 400, 'The body must be a JSON object.'],
      ['PATCH', '', { kaleyra: 'gone' }, 400, 'kaleyra must be one of ok, slow, dropping, bad-gateway.'],
      [
        'PATCH',
        '',
        { secretsManager: 1 },
        400,
        'secretsManager must be one of ok, failing, throttling, hanging.',
      ],
      [
        'POST',
        '/rotate',
        { tenant_id: 'nobody', step: 'new-key' },
        400,
        'The tenants whose keys can be rotated are: acme, globex, remembers.',
      ],
      ['POST', '/rotate', { tenant_id: 'acme' }, 400, 'step must be one of new-key, revoke-old.'],
      [
        'POST',
        '/rotate',
        { tenant_id: 'acme', step: 'revoke-old' },
        400,
        'Add a new key before you revoke the old one.',
      ],
      ['POST', '/freeze', { seconds: 0 }, 400, 'seconds must be a whole number from 1 to 86400.'],
      ['POST', '/freeze', {}, 400, 'seconds must be a whole number from 1 to 86400.'],
      [
        'POST',
        '/use-up',
        { ...sample, tenant_id: 'acme', phone_number: '123' },
        400,
        `phone_number ${fields.phone_number.accepts}.`,
      ],
    ])('rejects %s %s with %j', async (method, path, body, status, message) => {
      expect(await control(method, path, body)).toEqual({ status, json: { message } });
      expect(changes).toEqual([]);
    });

    it('is not available to pages that are not on loopback', async () => {
      const { status } = await control('PATCH', '', { kaleyra: 'slow' }, { origin: 'https://example.com' });

      expect(status).toBe(403);
      expect((await control('GET')).json).toEqual(initial);
    });
  });

  describe('Secrets Manager', () => {
    it.each(['failing', 'throttling'] as const)('can be %s', async (secretsManager) => {
      sandbox.controls.set({ secretsManager });
      expect(await verify()).toBe('CredentialsUnavailable');

      sandbox.controls.reset();
      expect(await verify()).toBe('Verified');
    });

    it('can fail without effect on tenants whose credentials are cached', async () => {
      await verify();
      sandbox.controls.set({ secretsManager: 'failing' });

      expect([await verify(), await verify('globex')]).toEqual(['Verified', 'CredentialsUnavailable']);
    });

    it('can hang', async () => {
      sandbox.controls.set({ secretsManager: 'hanging' });

      expect(await verify()).toBe('CredentialsUnavailable');
    });
  });

  describe('Kaleyra', () => {
    it('can drop connections', async () => {
      sandbox.controls.set({ kaleyra: 'dropping' });
      expect(await verify()).toBe('OutcomeUnknown');

      sandbox.controls.reset();
      expect(await verify()).toBe('Verified');
    });

    it('can respond like a bad gateway', async () => {
      sandbox.controls.set({ kaleyra: 'bad-gateway' });

      expect(await verify()).toBe('KaleyraFailed');
    });

    it('can be slow', async () => {
      sandbox.controls.set({ kaleyra: 'slow' });
      const running = verify();
      const first = await Promise.race([
        running,
        new Promise((resolve) => setTimeout(resolve, 500, 'waiting')),
      ]);

      expect(first).toBe('waiting');
      expect(await running).toBe('Verified');
    });
  });

  describe('a rotation', () => {
    it('leaves the function working at every step', async () => {
      const requests = () => sandbox.calls().at(-1)?.kaleyraRequests;
      expect(await verify()).toBe('Verified');

      sandbox.controls.rotate('acme', 'new-key');
      expect(sandbox.controls.state()).toMatchObject({ rotations: { acme: 'both-keys' }, active: 1 });
      expect(await verify()).toBe('Verified');
      expect(requests()).toBe(1);

      sandbox.controls.rotate('acme', 'revoke-old');
      expect(sandbox.controls.state()).toMatchObject({ rotations: { acme: 'old-revoked' }, active: 1 });
      expect(await verify()).toBe('Verified');
      // Kaleyra rejected the cached key; the function read the new one and repeated the request.
      expect(requests()).toBe(2);
      expect(await verify()).toBe('Verified');
      expect(requests()).toBe(1);
    });

    it('can be repeated', () => {
      for (let times = 0; times < 2; times += 1) {
        sandbox.controls.rotate('globex', 'new-key');
        sandbox.controls.rotate('globex', 'revoke-old');
      }

      expect(() => sandbox.controls.rotate('globex', 'revoke-old')).toThrow('Add a new key before');
      sandbox.controls.rotate('globex', 'new-key');
      expect(() => sandbox.controls.rotate('globex', 'new-key')).toThrow('Revoke the old key before');
    });
  });

  describe('a freeze', () => {
    it('moves the function’s clock on, so that cached credentials expire', async () => {
      const reads = () => sandbox.secretsManager?.callCount('GetSecretValue', 'kaleyra/acme');
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
      expect(reads()).toBe((before ?? 0) + 1);
    });
  });

  describe('used-up attempts', () => {
    it('make the next attempt at the number fail, also if attempts were not counted', async () => {
      expect(await verify()).toBe('Verified');
      const { json } = await control('POST', '/use-up', { tenant_id: 'acme', ...sample });

      expect(json).toMatchObject({
        usedUp: [{ tenant_id: 'acme', phone_number: '+********2345' }],
        active: 1,
      });
      expect(await verify()).toBe('TooManyAttempts');
      expect(await verify('globex')).toBe('Verified');
      await control('DELETE');
      expect(await verify()).toBe('Verified');
    });
  });

  it('forgets verified numbers on reset', async () => {
    const outcomes = [await verify('remembers'), await verify('remembers')];
    await control('DELETE');
    outcomes.push(await verify('remembers'));

    expect(outcomes).toEqual(['Verified', 'AlreadyVerified', 'Verified']);
  });

  it('cannot make services fail that are not the sandbox’s own', async () => {
    const other = await startSandbox({ environment: { KALEYRA_BASE_URL: sandbox.urls.kaleyra } });
    try {
      expect(() => other.controls.set({ kaleyra: 'slow' })).toThrow(
        'Unset KALEYRA_BASE_URL. The sandbox can only make its own service fail.',
      );
      expect(() => other.controls.rotate('acme', 'new-key')).toThrow('can be rotated are: none.');
      other.controls.set({ secretsManager: 'failing' });
      expect(await verify('acme', {}, other)).toBe('CredentialsUnavailable');
    } finally {
      await other.close();
    }
  });
});
