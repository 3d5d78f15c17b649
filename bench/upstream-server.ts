/**
 * The simulated Kaleyra and Secrets Manager of the benchmark, over TLS in their own process, which `upstream.ts` starts
 * and controls over IPC. Verifies the requests, so that no function is fast because it omits work.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { releaseCheckTenantId } from '../functions/verify-number/core/contract.ts';
import type { Certificate } from './lambda-runtime/certificates.ts';
import type { Calls, Latencies } from './upstream.ts';

type Message = { readonly certificate: Certificate } | { readonly latencies: Latencies } | 'take calls';

const toSid = (tenantId: string): string => `SID${tenantId.replace('-', '')}`;
const toKey = (tenantId: string): string => `not-a-real-key-of-${tenantId}`;

let latencies: Latencies = { secretsManagerMs: 0, kaleyraMs: 0 };
let calls: Calls = { secretsManager: 0, kaleyra: 0, rejected: 0 };
/** Keys by SID, of the tenants whose secret has been read. */
const keys = new Map<string, string>();

const respondAfter = (delayMs: number, response: ServerResponse, type: string, body: unknown): void => {
  const json = JSON.stringify(body);
  const send = () => {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(json) });
    response.end(json);
  };
  if (delayMs === 0) send();
  else setTimeout(send, delayMs);
};

const secretsManager = (request: IncomingMessage, body: string, response: ServerResponse): void => {
  calls = { ...calls, secretsManager: calls.secretsManager + 1 };
  const { SecretId: name } = JSON.parse(body);
  const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=');
  if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue' || !isSigned) {
    calls = { ...calls, rejected: calls.rejected + 1 };
  }
  const tenantId = name.replace('kaleyra/', '');
  keys.set(toSid(tenantId), toKey(tenantId));
  const secret =
    tenantId === releaseCheckTenantId
      ? { note: 'Deliberately not credentials.' }
      : { sid: toSid(tenantId), apiKey: toKey(tenantId) };
  respondAfter(latencies.secretsManagerMs, response, 'application/x-amz-json-1.1', {
    ARN: `arn:aws:secretsmanager:ap-south-1:000000000000:secret:${name}-AbCdEf`,
    CreatedDate: 1.75e9,
    Name: name,
    SecretString: JSON.stringify(secret),
    VersionId: '00000000-0000-4000-8000-000000000000',
    VersionStages: ['AWSCURRENT'],
  });
};

const kaleyra = (request: IncomingMessage, body: string, response: ServerResponse): void => {
  calls = { ...calls, kaleyra: calls.kaleyra + 1 };
  const sid = /^\/v2\/([^/]+)\/whatsapp\/\d+\/number\/verify$/.exec(request.url ?? '')?.[1] ?? '';
  const { id, phone_number, otp } = JSON.parse(body);
  const isValid =
    request.headers['api-key'] === keys.get(sid) &&
    id > 0 &&
    phone_number.startsWith('+') &&
    otp.length === 6;
  if (!isValid) calls = { ...calls, rejected: calls.rejected + 1 };
  respondAfter(
    latencies.kaleyraMs,
    response,
    'application/json',
    isValid
      ? { code: 'WA200', message: 'Request Processed Successfully', data: '765412345678901', error: {} }
      : { code: 'RBC001', message: 'Incorrect SID or API key.', data: [], error: { body: 'Incorrect' } },
  );
};

const listen = async (certificate: Certificate): Promise<number> => {
  // The server never closes an idle connection, so that all functions reuse theirs.
  const server = createServer({ ...certificate, keepAliveTimeout: 0 }, async (request, response) => {
    const body = await text(request);
    if (request.headers.host?.startsWith('secretsmanager.')) secretsManager(request, body, response);
    else kaleyra(request, body, response);
  });
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

process.on('message', async (message: Message) => {
  if (message === 'take calls') {
    process.send?.(calls);
    calls = { secretsManager: 0, kaleyra: 0, rejected: 0 };
  } else if ('certificate' in message) {
    process.send?.({ port: await listen(message.certificate) });
  } else {
    latencies = message.latencies;
    process.send?.('set');
  }
});
process.on('disconnect', () => process.exit());
