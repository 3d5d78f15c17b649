/**
 * The simulated Kaleyra, Secrets Manager and DynamoDB of the benchmark, over TLS in their own process, which `upstream.ts`
 * starts. Verifies the requests, so that no function is fast because it omits work.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { releaseCheckTenantId } from '../functions/verify-number/core/contract.ts';
import type { Latencies } from './conditions.ts';
import { startDelayingProxy } from './delay-connections.ts';
import type { Certificate } from './lambda-runtime/certificates.ts';

export interface Setup {
  readonly certificate: Certificate;
  readonly latencies: Latencies;
}

/** Where the upstreams listen on loopback. */
export interface Ports {
  readonly aws: number;
  readonly kaleyra: number;
}

interface Reply {
  readonly delayMs: number;
  readonly body: unknown;
  /** @default 200 */
  readonly status?: number;
}

const toSid = (tenantId: string): string => `SID${tenantId.replace('-', '')}`;
const toKey = (tenantId: string): string => `not-a-real-key-of-${tenantId}`;

/** Keys by SID, of the tenants whose secret has been read. */
const keys = new Map<string, string>();

const secretsManager = ({ headers }: IncomingMessage, body: string, delayMs: number): Reply => {
  const isSigned = headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=');
  if (headers['x-amz-target'] !== 'secretsmanager.GetSecretValue' || !isSigned) {
    return { delayMs, status: 400, body: { __type: 'InvalidRequestException' } };
  }
  const { SecretId: name } = JSON.parse(body);
  const tenantId = name.replace('kaleyra/', '');
  keys.set(toSid(tenantId), toKey(tenantId));
  const secret =
    tenantId === releaseCheckTenantId
      ? { note: 'Deliberately not credentials.' }
      : { sid: toSid(tenantId), apiKey: toKey(tenantId) };
  const details = {
    ARN: `arn:aws:secretsmanager:ap-south-1:000000000000:secret:${name}-AbCdEf`,
    CreatedDate: 1.75e9,
    Name: name,
    SecretString: JSON.stringify(secret),
    VersionId: '00000000-0000-4000-8000-000000000000',
    VersionStages: ['AWSCURRENT'],
  };
  return { delayMs, body: details };
};

/** Accepts every change of an attempt or a request count. */
const dynamoDb = ({ headers }: IncomingMessage, delayMs: number): Reply =>
  /^DynamoDB_20120810\.(Update|Delete)Item$/.test(String(headers['x-amz-target']))
    ? { delayMs, body: {} }
    : { delayMs, status: 400, body: { __type: 'ValidationException' } };

const kaleyra = ({ url = '', headers }: IncomingMessage, body: string, delayMs: number): Reply => {
  const sid = /^\/v2\/([^/]+)\/whatsapp\/\d+\/number\/verify$/.exec(url)?.[1] ?? '';
  const { id, phone_number, otp } = JSON.parse(body);
  const isKnown = headers['api-key'] === keys.get(sid);
  return isKnown && id > 0 && phone_number.startsWith('+') && otp.length === 6
    ? { delayMs, body: { code: 'WA200', message: 'Request Processed Successfully', data: '7654', error: {} } }
    : { delayMs, body: { code: 'RBC001', message: 'Incorrect SID or API key.', data: [], error: {} } };
};

const listen = async ({ certificate, latencies }: Setup): Promise<Ports> => {
  const respond = (request: IncomingMessage, body: string): Reply => {
    const { host = '' } = request.headers;
    if (host.startsWith('secretsmanager.')) return secretsManager(request, body, latencies.secretsManagerMs);
    if (host.startsWith('dynamodb.')) return dynamoDb(request, latencies.dynamoDbMs);
    return kaleyra(request, body, latencies.kaleyraMs);
  };
  // The server never closes an idle connection, so that all functions reuse theirs.
  const server = createServer({ ...certificate, keepAliveTimeout: 0 }, async (request, response) => {
    const { delayMs, status = 200, body } = respond(request, await text(request));
    const json = JSON.stringify(body);
    const send = () => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
      response.writeHead(status, headers).end(json);
    };
    if (delayMs === 0) send();
    else setTimeout(send, delayMs);
  });
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const roundTripMs = latencies.kaleyraRoundTripMs;
  // Without a round-trip time, the proxy would only cost time.
  return { aws: port, kaleyra: roundTripMs > 0 ? (await startDelayingProxy(port, roundTripMs)).port : port };
};

process.on('message', async (setup: Setup) => process.send?.(await listen(setup)));
process.on('disconnect', () => process.exit());
