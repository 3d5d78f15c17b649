import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkVersion } from '../../../../functions/release-check/check-version.ts';

const versionArn = 'arn:aws:lambda:ap-south-1:111122223333:function:verify:7';

interface Response {
  readonly status?: number;
  readonly failed?: boolean;
  readonly payload: unknown;
  readonly log?: string;
}

let response: Response;
let requests: { url: string | undefined; logType: unknown; body: string }[];
let server: Server;
let lambda: LambdaClient;

beforeEach(async () => {
  requests = [];
  server = createServer(async (request, sent) => {
    requests.push({
      url: request.url,
      logType: request.headers['x-amz-log-type'],
      body: await text(request),
    });
    sent.writeHead(response.status ?? 200, {
      ...(response.failed && { 'x-amz-function-error': 'Unhandled' }),
      ...(response.log !== undefined && { 'x-amz-log-result': Buffer.from(response.log).toString('base64') }),
    });
    sent.end(JSON.stringify(response.payload));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  lambda = new LambdaClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'ap-south-1',
    credentials: { accessKeyId: 'FAKE', secretAccessKey: 'fake' },
    maxAttempts: 1,
  });
});
afterEach(() => {
  lambda.destroy();
  server.closeAllConnections();
  server.close();
});

const errorMessage = 'The secret does not have the documented format (secret_format).';
const rejectsSecret = { errorType: 'CredentialsMisconfigured', errorMessage };

describe('checkVersion', () => {
  it('finds no problem if the version rejects the format of the reserved secret', async () => {
    response = { failed: true, payload: rejectsSecret };
    expect(await checkVersion(lambda, versionArn)).toBeUndefined();
    expect(requests).toEqual([
      {
        url: `/2015-03-31/functions/${encodeURIComponent(versionArn)}/invocations`,
        logType: 'Tail',
        body: expect.any(String),
      },
    ]);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      tenant_id: '_release-check',
      waba_id: '0',
      id: expect.stringMatching(/^\d{13}$/),
      phone_number: expect.stringMatching(/^\+1\d{13}$/),
      otp: '000000',
    });
  });

  it('ignores log lines without an attempts error', async () => {
    response = { failed: true, payload: rejectsSecret, log: '{"outcome":"CredentialsMisconfigured"}\n' };
    expect(await checkVersion(lambda, versionArn)).toBeUndefined();
  });

  it('reports that an attempt could not be counted', async () => {
    response = { failed: true, payload: rejectsSecret, log: '{"attempts_error":"AccessDeniedException"}\n' };
    expect(await checkVersion(lambda, versionArn)).toBe(
      'The version could not count an attempt: AccessDeniedException.',
    );
  });

  it('reports a result, which means that the secret contains credentials', async () => {
    response = { payload: { status: 'verified' } };
    expect(await checkVersion(lambda, versionArn)).toBe(
      'The version returned a result. It must fail with CredentialsMisconfigured: the secret of _release-check must not contain credentials.',
    );
  });

  it.each([
    { errorType: 'Runtime.ImportModuleError', errorMessage: 'Cannot find module' },
    { errorType: 'TenantUnknown', errorMessage },
    { errorType: 'CredentialsMisconfigured', errorMessage: 'The function may not read the secret.' },
  ])('reports the failure $errorType: $errorMessage', async (payload) => {
    response = { failed: true, payload };
    expect(await checkVersion(lambda, versionArn)).toBe(
      `The version failed with ${payload.errorType}: ${payload.errorMessage}`,
    );
  });

  it('shortens a long failure', async () => {
    response = { failed: true, payload: { errorType: 'Error', errorMessage: 'x'.repeat(1_000) } };
    expect(await checkVersion(lambda, versionArn)).toHaveLength(500);
  });

  it('reports that Lambda did not invoke the version', async () => {
    response = { status: 404, payload: { Type: 'User', message: 'Function not found' } };
    expect(await checkVersion(lambda, versionArn)).toMatch(/^Lambda did not invoke the version: \w+\.$/);
  });
});
