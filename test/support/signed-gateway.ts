import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

/** The credentials that callers sign with. Obviously fake. */
export const awsEnvironment = {
  AWS_ACCESS_KEY_ID: 'FAKEACCESSKEYID',
  AWS_SECRET_ACCESS_KEY: 'fake-secret-access-key',
  AWS_SESSION_TOKEN: 'fake-session-token',
  AWS_REGION: 'eu-west-1',
};

const signer = new SignatureV4({
  service: 'execute-api',
  region: awsEnvironment.AWS_REGION,
  credentials: {
    accessKeyId: awsEnvironment.AWS_ACCESS_KEY_ID,
    secretAccessKey: awsEnvironment.AWS_SECRET_ACCESS_KEY,
    sessionToken: awsEnvironment.AWS_SESSION_TOKEN,
  },
  sha256: Sha256,
  applyChecksum: false,
});

interface CannedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Starts a gateway with IAM authorization in front of the sandbox, which has none. It signs each request again, and
 * forwards those whose signature is the same.
 */
export const startSignedGateway = async (target: string) => {
  const canned: CannedResponse[] = [];
  const arrivals: number[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (!(await isSigned(request, body))) {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
      return;
    }
    arrivals.push(performance.now());
    const next = canned.shift();
    if (next) {
      response.writeHead(next.status, next.headers).end(next.body);
      return;
    }
    const forwarded = await fetch(target + request.url, {
      method: 'POST',
      headers: { 'content-type': String(request.headers['content-type']) },
      body,
    });
    response.writeHead(forwarded.status, Object.fromEntries(forwarded.headers)).end(await forwarded.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** When each signed request arrived, in milliseconds on the clock of `performance.now()`. */
    arrivals,
    /** Sends this instead of forwarding the next request. */
    respondNext: (response: CannedResponse) => canned.push(response),
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};

const isSigned = async ({ headers, url }: IncomingMessage, body: Buffer): Promise<boolean> => {
  const [, names = '', signature] =
    /SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(headers.authorization ?? '') ?? [];
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date']));
  if (!signature || !date) return false;
  const [, year, month, day, hour, minute, second] = date;
  const signed = names.split(';');
  const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (!mustBeSigned.every((name) => signed.includes(name))) return false;
  const again = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: String(url),
      headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
      body,
    },
    { signingDate: `${year}-${month}-${day}T${hour}:${minute}:${second}Z` },
  );
  return again.headers['authorization']?.endsWith(`Signature=${signature}`) ?? false;
};
