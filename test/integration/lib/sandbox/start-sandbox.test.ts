import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RequestEvent } from '../../../../functions/verify-number/telemetry/request-event.ts';
import { pageSamples } from '../../../../lib/sandbox/kaleyra/samples.ts';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback/loopback-server.ts';
import type { SandboxOptions } from '../../../../lib/sandbox/sandbox.ts';
import { createThrottlingFault } from '../../../../lib/sandbox/secrets-manager/server.ts';
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

describe('a sandbox', () => {
  let shared: RunningSandbox;
  const events: RequestEvent[] = [];
  beforeAll(async () => {
    shared = await startSandbox({ emit: (event) => events.push(event) });
  });
  afterAll(() => shared.close());

  it('reports the calls of both entry points', async () => {
    await verify(shared);
    const direct = { tenant_id: 'globex', waba_id: '1', ...body, otp: '000000' };
    await fetch(shared.urls.invoke, { method: 'POST', body: JSON.stringify(direct) });

    const common = { phone_number: '+********2345', kaleyraRequests: 1 };
    expect(shared.calls()).toEqual([
      {
        ...common,
        request_id: events[0]?.request_id,
        channel: 'http',
        tenant_id: 'acme',
        outcome: 'Verified',
        status: 200,
        kaleyra_code: 'WA200',
      },
      {
        ...common,
        request_id: events[1]?.request_id,
        channel: 'direct',
        tenant_id: 'globex',
        outcome: 'OtpRejected',
        status: 422,
        kaleyra_code: 'WA400',
      },
    ]);
  });

  it('counts the requests to Kaleyra per call', async () => {
    const before = shared.calls().length;
    const payloadRejected = { phone_number: '+919765410406' };
    await Promise.all([verify(shared, 'acme', payloadRejected), verify(shared), verify(shared, 'nobody')]);

    const counts = shared
      .calls()
      .slice(before)
      .map(({ outcome, kaleyraRequests }) => [outcome, kaleyraRequests]);
    expect(Object.fromEntries(counts)).toEqual({ PayloadRejected: 2, TenantUnknown: 0, Verified: 1 });
  });

  it('names all ports that are in use in one line, and leaves nothing behind', async () => {
    const free = await startSandbox();
    await free.close();
    const { http, secretsManager = 0 } = shared.ports;

    await expect(startSandbox({ ports: { ...free.ports, http, secretsManager } })).rejects.toThrow(
      new RegExp(`^Port ${http} is in use\\. Set PORT .+ Port ${secretsManager} .+ SECRETS_MANAGER_PORT .+$`),
    );
    await start({ ports: free.ports });
  });

  it('rejects foreign hosts, other origins and endless bodies on all three ports', async () => {
    const { ports } = shared;
    const chunk = `${(70 * 1024).toString(16)}\r\n${'x'.repeat(70 * 1024)}\r\n`;
    const head = (host: string, more = '') =>
      `POST / HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
    for (const port of [ports.http, ports.kaleyra ?? 0, ports.secretsManager ?? 0]) {
      const own = `localhost:${port}`;
      for (const [request, status] of [
        [`${head('rebound.example')}0\r\n\r\n`, '403'],
        [`${head(own, 'Origin: http://localhost:5173\r\n')}0\r\n\r\n`, '403'],
        [`${head(own, `Origin: http://${own}\r\n`)}0\r\n\r\n`, '40[04]'],
        [head(own) + chunk, '413'],
      ] as const) {
        expect(await sendRaw(port, request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      }
    }
  });

  it('has a second key of each seed tenant for a rotation', async () => {
    const rotate = (apiKey: string) =>
      shared.secretsManager?.put('kaleyra/remembers', JSON.stringify({ sid: 'FAKESIDREMEMBERS', apiKey }));
    rotate('next-fake-api-key-of-remembers');
    expect((await verify(shared, 'remembers')).status).toBe(200);

    rotate('revoked');
    shared.controls.freeze(301);
    expect((await verify(shared, 'remembers')).json['code']).toBe('CredentialsRejected');
  });

  it('lets a test make Secrets Manager fail', async () => {
    const sandbox = await start({ secretsManagerFault: () => createThrottlingFault() });

    expect((await verify(sandbox)).json['code']).toBe('CredentialsUnavailable');
  });

  it('can have other tenants, which replace seed tenants', async () => {
    const sandbox = await start({
      tenants: [
        { tenantId: 'initech', sid: 'FAKESIDINITECH', apiKey: 'fake-api-key-of-initech' },
        { tenantId: 'acme', sid: 'FAKESIDELSEWHERE', apiKey: 'fake-api-key-of-acme', pod: 'EU' },
      ],
    });

    expect(sandbox.tenantIds).toEqual(['acme', 'globex', 'remembers', 'initech']);
    expect((await verify(sandbox, 'initech')).status).toBe(200);
    // An account works on its own pod only.
    expect((await verify(sandbox, 'acme')).json['code']).toBe('CredentialsRejected');
  });

  it('stops immediately, in the middle of a call too', async () => {
    const sandbox = await startSandbox();
    const hanging = verify(sandbox, 'acme', { phone_number: '+919765410504' });
    while (sandbox.kaleyra?.requestCount === 0) await new Promise((next) => setTimeout(next, 5));
    await sandbox.close();

    await expect(hanging).rejects.toThrow('fetch failed');
  });
});

describe('the environment', () => {
  it('selects the pod by the region, where the seed tenants have accounts', async () => {
    const sandbox = await start({ environment: { AWS_REGION: 'eu-west-1' } });

    expect((await verify(sandbox)).status).toBe(200);
    expect(sandbox.config.pod).toBe('EU');
  });

  it('sets the prefix of the secrets and the address of the problem types', async () => {
    const PROBLEM_TYPE_BASE = 'https://example.com/problems';
    const sandbox = await start({ environment: { SECRET_PREFIX: 'other/', PROBLEM_TYPE_BASE } });

    expect((await verify(sandbox)).status).toBe(200);
    expect(sandbox.secretsManager?.callCount('GetSecretValue', 'other/acme')).toBe(1);
    expect((await verify(sandbox, 'nobody')).json['type']).toBe(`${PROBLEM_TYPE_BASE}#tenantunknown`);
  });

  it.each([
    [
      'the credentials that it has',
      { AWS_ACCESS_KEY_ID: 'FAKEOTHERID', AWS_SECRET_ACCESS_KEY: 'fake' },
      'FAKEOTHERID',
    ],
    ['fake credentials if it has none', {}, 'FAKEACCESSKEYID'],
  ])('can select another Secrets Manager, which gets %s', async (_what, credentials, id) => {
    const requests: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      requests.push(request);
      const secret = { sid: 'FAKESIDACME', apiKey: 'fake-api-key-of-acme' };
      response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
    });
    const { port } = closeAfter(await listenOnLoopback(server, 0, ''));
    const url = `http://127.0.0.1:${port}`;
    const sandbox = await start({ environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: url, ...credentials } });

    expect(sandbox.secretsManager).toBeUndefined();
    expect(sandbox.urls.secretsManager).toBe(url);
    expect((await verify(sandbox, 'initech')).status).toBe(200);
    expect(requests[0]?.headers.authorization).toContain(`Credential=${id}/`);
  });

  it('can select another Kaleyra, which gets Kaleyra’s own path and its own Host', async () => {
    const response = toRawResponse(JSON.stringify(pageSamples.success));
    const other = closeAfter(await startRawServer({ onRequest: (socket) => socket.write(response) }));
    const sandbox = await start({ environment: { KALEYRA_BASE_URL: `http://localhost:${other.port}` } });

    expect(sandbox.kaleyra).toBeUndefined();
    expect((await verify(sandbox)).status).toBe(200);
    expect(other.requests[0]?.head).toMatch(/^POST \/v2\/FAKESIDACME\/whatsapp\/1\/number\/verify /);
    expect(other.requests[0]?.head).toMatch(new RegExp(`^host: localhost:${other.port}\r$`, 'im'));
  });

  const name = 'KALEYRA_BASE_URL';
  it.each([
    ...[
      'api.in.kaleyra.io',
      'ftp://127.0.0.1',
      'http://127.0.0.1/path',
      'http://127.0.0.1/?a',
      'http://a@127.0.0.1',
    ].flatMap((url) => [
      [name, url],
      ['AWS_ENDPOINT_URL_SECRETS_MANAGER', url],
    ]),
    ...['https://kaleyra.example', 'http://api.in.kaleyra.io', 'https://api.in.kaleyra.io:8443'].map(
      (url) => [name, url],
    ),
    [name, 'https://127.0.0.1.kaleyra.example'],
    ['SECRET_TTL_SECONDS', 'soon'],
  ])('must not contain %s=%s', async (variable = '', value = '') => {
    await expect(startSandbox({ environment: { [variable]: value } })).rejects.toThrow(variable);
  });

  it.each(['https://api.eu.kaleyra.io', 'http://[::1]:3001'])(
    'may contain KALEYRA_BASE_URL=%s',
    async (url) => {
      expect((await start({ environment: { [name]: url } })).urls.kaleyra).toBe(url);
    },
  );

  it('sets Lambda’s timeout as the stack does', async () => {
    const readRemainingSeconds = async (environment: Record<string, string>) => {
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

    expect(await readRemainingSeconds({ KALEYRA_TIMEOUT_MS: '1000' })).toBe(8);
    expect(await readRemainingSeconds({ KALEYRA_TIMEOUT_MS: '1000', ATTEMPTS_TABLE: 'any' })).toBe(10);
  });
});
