import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestEvent } from '../../../../functions/verify-number/telemetry/request-event.ts';
import { pageSamples } from '../../../../lib/sandbox/kaleyra/samples.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../../lib/sandbox/sandbox.ts';
import { startSecretsManager, throttled } from '../../../../lib/sandbox/secrets-manager/server.ts';
import { rawAnswer, startRawServer } from '../../../support/raw-server.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const closeAfter = <T extends { close(): Promise<void> }>(one: T): T => {
  closers.push(one.close);
  return one;
};

const start = async (options: SandboxOptions = {}): Promise<Sandbox> =>
  closeAfter(await startSandbox(options));

const body = { id: '678997654123456', phone_number: '+919765412345', otp: '671242' };

const verify = async ({ urls }: Sandbox, tenant = 'acme', changes: Partial<typeof body> = {}) => {
  const answer = await fetch(`${urls.http}/tenants/${tenant}/whatsapp/1/number/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...changes }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
};

/** A Kaleyra that accepts everything and keeps what was asked. */
const acceptAll = () =>
  startRawServer({ onRequest: (socket) => socket.write(rawAnswer(JSON.stringify(pageSamples.success))) });

it('tells of each request that the function has answered, by either entry point', async () => {
  const records: RequestEvent[] = [];
  const sandbox = await start({ record: (record) => records.push(record) });
  await verify(sandbox);
  await fetch(sandbox.urls.invoke, {
    method: 'POST',
    body: JSON.stringify({ tenant_id: 'globex', waba_id: '1', ...body, otp: '000000' }),
  });

  expect(records).toMatchObject([
    { channel: 'http', tenant_id: 'acme', code: 'Verified', pod: 'IN' },
    { channel: 'direct', tenant_id: 'globex', code: 'OtpRejected', pod: 'IN' },
  ]);
});

describe('the environment', () => {
  it.each([
    ['ap-south-1', 'IN'],
    ['ap-northeast-1', 'SG'],
    ['eu-west-1', 'EU'],
    ['us-east-1', 'NA'],
  ])('of region %s makes the function call pod %s, where the sample tenants live', async (region, pod) => {
    const sandbox = await start({ environment: { AWS_REGION: region } });

    expect((await verify(sandbox)).status).toBe(200);
    expect(sandbox.config.pod).toBe(pod);
  });

  it('has the prefix of the secrets', async () => {
    const sandbox = await start({ environment: { SECRET_PREFIX: 'other/' } });

    expect((await verify(sandbox)).status).toBe(200);
    expect(sandbox.secretsManager?.callCount('GetSecretValue', 'other/acme')).toBe(1);
  });

  it('can name another Secrets Manager', async () => {
    const other = closeAfter(
      await startSecretsManager({
        secrets: { 'kaleyra/initech': '{"sid":"FAKESIDACME","apiKey":"fake-api-key-of-acme"}' },
      }),
    );
    const sandbox = await start({
      environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${other.port}` },
    });

    expect(sandbox.secretsManager).toBeUndefined();
    expect(sandbox.urls.secretsManager).toBe(`http://127.0.0.1:${other.port}`);
    expect((await verify(sandbox, 'initech')).status).toBe(200);
    expect((await verify(sandbox, 'acme')).json['code']).toBe('TenantUnknown');
  });

  it('can name another Kaleyra, which is asked under its own name', async () => {
    const other = closeAfter(await acceptAll());
    const sandbox = await start({ environment: { KALEYRA_BASE_URL: `http://localhost:${other.port}` } });

    expect(sandbox.kaleyra).toBeUndefined();
    expect((await verify(sandbox)).status).toBe(200);
    expect(other.requests[0]?.head).toMatch(new RegExp(`^host: localhost:${other.port}\r$`, 'im'));
  });

  it.each(['KALEYRA_BASE_URL', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'])(
    'must have an origin in %s',
    async (name) => {
      for (const url of [
        'api.in.kaleyra.io',
        'ftp://127.0.0.1',
        'http://127.0.0.1/path',
        'http://127.0.0.1/?a',
      ]) {
        await expect(startSandbox({ environment: { [name]: url } })).rejects.toThrow(
          `${name} must be an http or https URL without a path, such as http://127.0.0.1:4566`,
        );
      }
    },
  );

  it('is checked as the function’s own', async () => {
    await expect(startSandbox({ environment: { SECRET_TTL_SECONDS: 'soon' } })).rejects.toThrow(
      'SECRET_TTL_SECONDS must be a whole number from 1 to 3600',
    );
  });
});

describe('tenants', () => {
  it('have a second key, to try a rotation with', async () => {
    const sandbox = await start({ environment: { SECRET_TTL_SECONDS: '1' } });
    sandbox.secretsManager?.put('kaleyra/acme', '{"sid":"FAKESIDACME","apiKey":"next-fake-api-key-of-acme"}');
    expect((await verify(sandbox)).status).toBe(200);

    sandbox.secretsManager?.put('kaleyra/globex', '{"sid":"FAKESIDGLOBEX","apiKey":"revoked"}');
    expect((await verify(sandbox, 'globex')).json['code']).toBe('CredentialsRejected');
  });

  it('of one’s own stand beside the samples, or in their place', async () => {
    const sandbox = await start({
      tenants: [
        { tenantId: 'initech', sid: 'FAKESIDINITECH', apiKey: 'fake-api-key-of-initech' },
        { tenantId: 'acme', sid: 'FAKESIDELSEWHERE', apiKey: 'fake-api-key-of-acme', pod: 'EU' },
      ],
    });

    expect(sandbox.tenantIds).toEqual(['acme', 'globex', 'initech']);
    expect((await verify(sandbox, 'initech')).status).toBe(200);
    expect((await verify(sandbox, 'globex')).status).toBe(200);
    // Kaleyra knows no account of another pod.
    expect((await verify(sandbox, 'acme')).json['code']).toBe('CredentialsRejected');
  });
});

it('lets a test break its Secrets Manager', async () => {
  const sandbox = await start({ secretsManagerFault: () => throttled() });

  expect((await verify(sandbox)).json['code']).toBe('CredentialsUnavailable');
});

it('exchanges the function, and asks the new one from then on', async () => {
  const sandbox = await start();
  sandbox.use(() => ({
    handler: async () => ({ statusCode: 299, body: '{"new":true}' }),
    close: () => undefined,
  }));

  expect(await verify(sandbox)).toEqual({ status: 299, json: { new: true } });
});

it('ends at once, calls that hang included', async () => {
  const sandbox = await startSandbox();
  const hanging = verify(sandbox, 'acme', { phone_number: '+919765410504' });
  while (sandbox.kaleyra?.requestCount === 0) await new Promise((next) => setTimeout(next, 5));
  await sandbox.close();

  await expect(hanging).rejects.toThrow('fetch failed');
});

it('leaves nothing behind where it cannot start', async () => {
  const first = await start();
  const http = Number(new URL(first.urls.http).port);
  const free = await startSandbox();
  const kaleyra = Number(new URL(free.urls.kaleyra).port);
  await free.close();

  await expect(startSandbox({ ports: { kaleyra, http } })).rejects.toThrow(
    `Port ${http} is in use. Set PORT`,
  );
  await start({ ports: { kaleyra } });
});
