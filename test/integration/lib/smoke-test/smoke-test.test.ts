import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../../../bench/lambda-runtime/certificates.ts';
import { createUnsignedToken } from '../../../../lib/sandbox/gateway/jwt-claims.ts';
import { listenOnLoopback } from '../../../../lib/sandbox/loopback/loopback-server.ts';
import { type RunningSandbox, startSandbox } from '../../../../lib/sandbox/start-sandbox.ts';
import { runSmokeTest } from '../../../../lib/smoke-test/smoke-test.ts';
import { awsEnvironment, startSignedGateway } from '../../../support/signed-gateway.ts';
import { operatorEnvironment } from '../../../support/tenant-tool.ts';

const before = process.env;
beforeEach(() => {
  process.env = { ...operatorEnvironment('http://127.0.0.1:1'), ...awsEnvironment };
});
afterEach(() => {
  process.env = before;
});

const smoke = async (args: readonly string[], environment: Record<string, string> = {}) => {
  const lines: string[] = [];
  const status = await runSmokeTest(args, environment, (line) => lines.push(line));
  return { status, output: lines.join('\n') };
};

const passed = 'The API, its authorization and the function work.';

describe('the smoke test of an API with IAM authorization', () => {
  let sandbox: RunningSandbox;
  let gateway: Awaited<ReturnType<typeof startSignedGateway>>;
  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startSignedGateway(sandbox.urls.http);
  });
  afterAll(() => Promise.all([gateway?.close(), sandbox?.close()]));
  const call = () => smoke(['--url', gateway.url]);

  it('passes if the function rejects the reserved tenant', async () => {
    expect(await call()).toEqual({ status: 0, output: `PASS  ${gateway.url}  ${passed}` });
    expect([sandbox.kaleyra?.requestCount, sandbox.secretsManager?.callCount('GetSecretValue')]).toEqual([
      0, 0,
    ]);
  });

  it('fails with another signing key', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'another-secret';
    const { status, output } = await call();
    expect([status, output]).toEqual([
      1,
      expect.stringContaining('HTTP 403: API Gateway rejects the signature'),
    ]);
  });

  it('fails with another region', async () => {
    const { status, output } = await smoke(['--url', gateway.url, '--region', 'us-east-1']);
    expect([status, output]).toEqual([
      1,
      expect.stringContaining('HTTP 403: API Gateway rejects the signature'),
    ]);
  });

  it('names the identity that may not call the API', async () => {
    const arn = 'arn:aws:sts::000000000000:assumed-role/Deployer/session';
    const sts = await listenOnLoopback(
      createServer((_, response) =>
        response.end(
          `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
        ),
      ),
      0,
      '',
    );
    process.env['AWS_ENDPOINT_URL_STS'] = `http://127.0.0.1:${sts.port}`;
    process.env['AWS_SECRET_ACCESS_KEY'] = 'another-secret';
    const { output } = await call();
    await sts.close();
    expect(output).toContain(`or ${arn} may not call`);
  });
});

describe('the smoke test of an API with JWT authorization', () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ environment: { TENANT_CLAIM: 'tenant' } });
  });
  afterAll(() => sandbox?.close());
  const call = (token?: string) => smoke(['--url', sandbox.urls.http], token ? { API_TOKEN: token } : {});

  it('asks for a token', async () => {
    const { status, output } = await call();
    expect([status, output]).toEqual([1, expect.stringContaining('HTTP 401: The API accepts tokens only')]);
  });

  it('passes with a token of any tenant', async () => {
    expect((await call(createUnsignedToken('tenant', 'acme'))).status).toBe(0);
  });
});

describe('the smoke test of something else', () => {
  const respond = async (listener: RequestListener, args: readonly string[] = []) => {
    const server = await listenOnLoopback(createServer(listener), 0, '');
    const result = await smoke(['--url', `http://127.0.0.1:${server.port}`, ...args]);
    await server.close();
    expect(result.status).toBe(1);
    return result.output;
  };
  const json = { 'content-type': 'application/json' };
  const minutes = (count: number) => new Date(Date.now() + count * 60_000).toUTCString();

  it.each([
    [404, json, '{"message":"Not Found"}', 'There is no such route.'],
    [429, json, '{"message":"Too Many Requests"}', 'API Gateway throttles requests.'],
    [500, json, '{"message":"Internal Server Error"}', 'no valid response from the function'],
    [503, json, '{"message":"Service Unavailable"}', 'Lambda did not run the function'],
    [504, json, '{"message":"Gateway Timeout"}', 'The function did not respond within 30 seconds.'],
    [301, { location: 'https://example.com/' }, '', 'The URL redirects.'],
    [200, { 'content-type': 'text/html' }, '<html>', 'This is not a response of the API.'],
    [
      500,
      { 'content-type': 'application/problem+json' },
      '{"code":"Other"}',
      'This is not a response of the API.',
    ],
  ])('explains HTTP %d with %j and %j', async (status, headers, body, text) => {
    const output = await respond((_, response) => response.writeHead(status, headers).end(body));
    expect(output).toMatch(new RegExp(`^FAIL  http://127.0.0.1:\\d+  HTTP ${status}: `));
    expect(output).toContain(text);
  });

  it.each([[-10], [10]])('explains a signature that is off by %d minutes', async (offset) => {
    const output = await respond((_, response) =>
      response.writeHead(403, { ...json, date: minutes(offset) }).end('{"message":"Forbidden"}'),
    );
    expect(output).toContain(`this clock differs from the server's by ${offset} minutes. Set the clock.`);
  });

  it('explains a connection that breaks', async () => {
    expect(await respond((request) => request.socket.resetAndDestroy())).toMatch(/The connection failed\.$/);
  });

  it('explains a port at which nothing listens', async () => {
    const server = await listenOnLoopback(createServer(), 0, '');
    await server.close();
    const { status, output } = await smoke(['--url', `http://127.0.0.1:${server.port}`]);
    expect([status, output]).toEqual([1, expect.stringContaining('ECONNREFUSED: The connection failed.')]);
  });

  it('explains a host name that cannot be resolved', async () => {
    const { status, output } = await smoke(['--url', 'https://verify.invalid', '--region', 'eu-west-1']);
    expect([status, output]).toEqual([1, expect.stringContaining('The host name cannot be resolved.')]);
  });

  it('explains a certificate of another host', async () => {
    const certificate = await (await createCertificateAuthority()).issue(['other.example']);
    const server = await listenOnLoopback(createTlsServer(certificate), 0, '');
    const { status, output } = await smoke(['--url', `https://127.0.0.1:${server.port}`]);
    await server.close();
    expect([status, output]).toEqual([
      1,
      expect.stringContaining('The certificate is not valid for this host.'),
    ]);
  });
});

describe('the command line of the smoke test', () => {
  it.each([
    [[], '--url <ApiUrl>'],
    [['--url', 'http://example.com'], '--url must be an https URL without a path, or http on loopback.'],
    [['--url', 'https://example.com/prod'], '--url must be an https URL'],
    [['--url', 'https://user@example.com'], '--url must be an https URL'],
    [['--url', 'example.com'], '--url must be an https URL'],
    [['--nonsense'], "Unknown option '--nonsense'. See npm run smoke -- --help."],
    [
      ['--url', 'https://abc123.execute-api.eu-west-1.amazonaws.com', '--region', 'us-east-1'],
      'The API is in eu-west-1, and --region is us-east-1.',
    ],
  ])('rejects %j', async (args, message) => {
    const { status, output } = await smoke(args);
    expect([status, output]).toEqual([1, expect.stringContaining(message)]);
  });

  it('reports that no region or no credentials are configured', async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    expect((await smoke(['--url', 'http://127.0.0.1:1'])).output).toContain('No AWS credentials were found');
    delete process.env['AWS_REGION'];
    expect((await smoke(['--url', 'http://127.0.0.1:1'])).output).toContain('No AWS region is configured.');
  });

  it('prints its help', async () => {
    expect(await smoke(['--help'])).toEqual({
      status: 0,
      output: expect.stringMatching(/^Usage: npm run smoke/),
    });
  });
});
