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
      ...(response.status && { 'x-amzn-errortype': 'ResourceNotFoundException' }),
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
    response = { failed: true, payload: rejectsSecret, log: '{"outcome":"CredentialsMisconfigured"}\n' };
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

  const fail = (errorType: string, message: string): Response => ({
    failed: true,
    payload: { errorType, errorMessage: message },
  });

  it.each<[string, Response, string]>([
    [
      'an attempt that could not be counted',
      { failed: true, payload: rejectsSecret, log: '{"attempts_error":"AccessDeniedException"}\n' },
      'The version could not count an attempt: AccessDeniedException.',
    ],
    [
      'a result, which means that the secret contains credentials',
      { payload: { status: 'verified' } },
      'The version returned a result. It must fail with CredentialsMisconfigured: the secret of _release-check must not contain credentials.',
    ],
    [
      'a version that cannot start',
      fail('Runtime.ImportModuleError', 'm'),
      'The version failed with Runtime.ImportModuleError: m',
    ],
    [
      'another failure',
      fail('TenantUnknown', errorMessage),
      `The version failed with TenantUnknown: ${errorMessage}`,
    ],
    [
      'another reason',
      fail('CredentialsMisconfigured', 'm'),
      'The version failed with CredentialsMisconfigured: m',
    ],
    ['a long failure', fail('E', 'x'.repeat(1000)), `The version failed with E: ${'x'.repeat(473)}`],
    [
      'a version that Lambda did not invoke',
      { status: 404, payload: { Type: 'User', message: 'm' } },
      'Lambda did not invoke the version: ResourceNotFoundException.',
    ],
  ])('reports %s', async (_name, given, problem) => {
    response = given;
    expect(await checkVersion(lambda, versionArn)).toBe(problem);
  });
});
