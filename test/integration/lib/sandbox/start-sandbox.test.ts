import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestEvent } from '../../../../functions/verify-number/telemetry/request-event.ts';
import { pageSamples } from '../../../../lib/sandbox/kaleyra/samples.ts';
import type { SandboxOptions } from '../../../../lib/sandbox/sandbox.ts';
import {
  createThrottlingFault,
  startSecretsManager,
} from '../../../../lib/sandbox/secrets-manager/server.ts';
import { type RunningSandbox, startSandbox } from '../../../../lib/sandbox/start-sandbox.ts';
import { sampleCommand } from '../../../support/events.ts';
import { sendRaw } from '../../../support/raw-request.ts';
import { startRawServer, toRawResponse } from '../../../support/raw-server.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const closeAfter = <T extends { close(): Promise<void> }>(one: T): T => {
  closers.push(one.close);
  return one;
};

const start = async (options: SandboxOptions = {}): Promise<RunningSandbox> =>
  closeAfter(await startSandbox(options));

const body = { id: '678997654123456', phone_number: '+919765412345', otp: '671242' };

const verify = async ({ url }: RunningSandbox, tenant = 'acme', changes: Partial<typeof body> = {}) => {
  const response = await fetch(`${url}/tenants/${tenant}/whatsapp/1/number/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...changes }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

/** A Kaleyra that accepts everything and keeps the requests. */
const acceptAll = () =>
  startRawServer({ onRequest: (socket) => socket.write(toRawResponse(JSON.stringify(pageSamples.success))) });

describe('startSandbox', () => {
  it('reports the calls of both entry points', async () => {
    const events: RequestEvent[] = [];
    const sandbox = await start({ emit: (event) => events.push(event) });
    await verify(sandbox);
    await fetch(sandbox.urls.invoke, {
      method: 'POST',
      body: JSON.stringify({ tenant_id: 'globex', waba_id: '1', ...body, otp: '000000' }),
    });

    expect(events).toMatchObject([
      { channel: 'http', tenant_id: 'acme', outcome: 'Verified', pod: 'IN' },
      { channel: 'direct', tenant_id: 'globex', outcome: 'OtpRejected', pod: 'IN' },
    ]);
    const phone_number = '+********2345';
    expect(sandbox.calls()).toEqual([
      {
        request_id: events[0]?.request_id,
        channel: 'http',
        tenant_id: 'acme',
        outcome: 'Verified',
        status: 200,
        phone_number,
        kaleyra_code: 'WA200',
        kaleyraRequests: 1,
      },
      {
        request_id: events[1]?.request_id,
        channel: 'direct',
        tenant_id: 'globex',
        outcome: 'OtpRejected',
        status: 422,
        phone_number,
        kaleyra_code: 'WA400',
        kaleyraRequests: 1,
      },
    ]);
  });

  it('counts the requests to Kaleyra per call', async () => {
    const sandbox = await start();
    await Promise.all([
      verify(sandbox, 'acme', { phone_number: '+919765410406' }),
      verify(sandbox),
      verify(sandbox, 'nobody'),
    ]);

    const counts = new Map(sandbox.calls().map(({ outcome, kaleyraRequests }) => [outcome, kaleyraRequests]));
    expect([...counts].sort()).toEqual([
      ['PayloadRejected', 2],
      ['TenantUnknown', 0],
      ['Verified', 1],
    ]);
  });

  it('lets the problem types lead to its own pages, unless the environment says otherwise', async () => {
    const sandbox = await start();
    const other = await start({ environment: { PROBLEM_TYPE_BASE: 'https://example.com/problems' } });

    const types = [];
    for (const one of [sandbox, other]) types.push((await verify(one, 'nobody')).json['type']);
    expect(types).toEqual([
      `${sandbox.url}/problems#tenantunknown`,
      'https://example.com/problems#tenantunknown',
    ]);
  });

  it('stops immediately, in the middle of a call too', async () => {
    const sandbox = await startSandbox();
    const hanging = verify(sandbox, 'acme', { phone_number: '+919765410504' });
    while (sandbox.kaleyra?.requestCount === 0) await new Promise((next) => setTimeout(next, 5));
    await sandbox.close();

    await expect(hanging).rejects.toThrow('fetch failed');
  });

  it('names all ports that are in use, and leaves nothing behind', async () => {
    const { ports } = await start();
    const free = await startSandbox();
    await free.close();
    const { http, secretsManager } = ports;

    await expect(
      startSandbox({ ports: { ...free.ports, http, ...(secretsManager && { secretsManager }) } }),
    ).rejects.toThrow(
      `Ports ${http} and ${secretsManager} are in use. Set PORT and SECRETS_MANAGER_PORT to other ports, or to 0 for any free ones.`,
    );
    await start({ ports: free.ports });
  });

  it('rejects foreign hosts and endless bodies on all three ports', async () => {
    const { ports } = await start();
    const chunk = `${(70 * 1024).toString(16)}\r\n${'x'.repeat(70 * 1024)}\r\n`;
    const head = (host: string) =>
      `POST / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
    for (const port of [ports.http, ports.kaleyra ?? 0, ports.secretsManager ?? 0]) {
      expect(await sendRaw(port, `${head('rebound.example')}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
      expect(await sendRaw(port, head('localhost') + chunk)).toMatch(/^HTTP\/1\.1 413 /);
      expect(await sendRaw(port, `${head('localhost')}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4(00|04) /);
    }
  });

  it('lets a test make Secrets Manager fail', async () => {
    const sandbox = await start({ secretsManagerFault: () => createThrottlingFault() });

    expect((await verify(sandbox)).json['code']).toBe('CredentialsUnavailable');
  });

  it('replaces the function', async () => {
    const sandbox = await start();
    sandbox.use(() => ({
      handler: async () => ({ statusCode: 299, body: '{"new":true}' }),
      close: () => undefined,
    }));

    expect(await verify(sandbox)).toEqual({ status: 299, json: { new: true } });
  });
});

describe('the environment', () => {
  it.each([
    ['ap-south-1', 'IN'],
    ['ap-northeast-1', 'SG'],
    ['eu-west-1', 'EU'],
    ['us-east-1', 'NA'],
  ])(
    'of region %s makes the function call pod %s, where the seed tenants have accounts',
    async (region, pod) => {
      const sandbox = await start({ environment: { AWS_REGION: region } });

      expect((await verify(sandbox)).status).toBe(200);
      expect(sandbox.config.pod).toBe(pod);
    },
  );

  it('sets the prefix of the secrets', async () => {
    const sandbox = await start({ environment: { SECRET_PREFIX: 'other/' } });

    expect((await verify(sandbox)).status).toBe(200);
    expect(sandbox.secretsManager?.callCount('GetSecretValue', 'other/acme')).toBe(1);
  });

  it('can select another Secrets Manager', async () => {
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

  it('can select another Kaleyra, which gets Kaleyra’s own path and its own Host', async () => {
    const other = closeAfter(await acceptAll());
    const sandbox = await start({ environment: { KALEYRA_BASE_URL: `http://localhost:${other.port}` } });

    expect(sandbox.kaleyra).toBeUndefined();
    expect((await verify(sandbox)).status).toBe(200);
    expect(other.requests[0]?.head).toMatch(/^POST \/v2\/FAKESIDACME\/whatsapp\/1\/number\/verify /);
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
          `${name} must be an http or https URL without a path, for example http://127.0.0.1:4566`,
        );
      }
    },
  );

  it('is checked like the function’s', async () => {
    await expect(startSandbox({ environment: { SECRET_TTL_SECONDS: 'soon' } })).rejects.toThrow(
      'SECRET_TTL_SECONDS must be a whole number from 1 to 3600',
    );
  });

  it('sets Lambda’s timeout as the stack does', async () => {
    const remaining = async (environment: Record<string, string>) => {
      const sandbox = await start({ environment });
      let milliseconds = 0;
      sandbox.use(() => ({
        handler: async (_event, context) => {
          milliseconds = context.getRemainingTimeInMillis();
          return {};
        },
        close: () => {},
      }));
      await fetch(sandbox.urls.invoke, { method: 'POST', body: JSON.stringify(sampleCommand) });
      return Math.ceil(milliseconds / 1000);
    };

    expect(await remaining({ KALEYRA_TIMEOUT_MS: '1000' })).toBe(8);
    expect(await remaining({ KALEYRA_TIMEOUT_MS: '1000', ATTEMPTS_TABLE: 'any' })).toBe(10);
  });
});

describe('tenants', () => {
  it('have a second key for a rotation', async () => {
    const sandbox = await start({ environment: { SECRET_TTL_SECONDS: '1' } });
    sandbox.secretsManager?.put('kaleyra/acme', '{"sid":"FAKESIDACME","apiKey":"next-fake-api-key-of-acme"}');
    expect((await verify(sandbox)).status).toBe(200);

    sandbox.secretsManager?.put('kaleyra/globex', '{"sid":"FAKESIDGLOBEX","apiKey":"revoked"}');
    expect((await verify(sandbox, 'globex')).json['code']).toBe('CredentialsRejected');
  });

  it('can be added, and replace seed tenants', async () => {
    const sandbox = await start({
      tenants: [
        { tenantId: 'initech', sid: 'FAKESIDINITECH', apiKey: 'fake-api-key-of-initech' },
        { tenantId: 'acme', sid: 'FAKESIDELSEWHERE', apiKey: 'fake-api-key-of-acme', pod: 'EU' },
      ],
    });

    expect(sandbox.tenantIds).toEqual(['acme', 'globex', 'remembers', 'initech']);
    expect((await verify(sandbox, 'initech')).status).toBe(200);
    expect((await verify(sandbox, 'globex')).status).toBe(200);
    // An account works on its own pod only.
    expect((await verify(sandbox, 'acme')).json['code']).toBe('CredentialsRejected');
  });
});
