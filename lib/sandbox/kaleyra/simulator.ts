import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { fields } from '../../../functions/verify-number/core/parse-command.ts';
import { apiDomains, type Pod, pods } from '../../../functions/verify-number/kaleyra/pods.ts';
import { type LoopbackServer, listenOnLoopback } from '../loopback-server.ts';
import { answer, answerPlainly, type Behaviour, type VerifyCall, verify } from './behaviours.ts';
import { outcomeFor } from './outcomes.ts';
import { pageSamples } from './samples.ts';

/** An account at the simulated Kaleyra. It lives on one pod, and any of its active keys works there. */
export interface KaleyraAccount {
  readonly sid: string;
  readonly apiKeys: readonly string[];
  readonly pod: Pod;
}

/** What may be told of a request: neither SID nor key, password or phone number. */
export interface SimulatedRequest {
  readonly pod: Pod;
  /** The `Host` header as sent. */
  readonly host: string;
  readonly wabaId: string;
  /** The payload's `id` as it was written, quotes included. */
  readonly id: string;
}

export interface KaleyraSimulatorOptions {
  /** 0 picks a free one, and is the default. */
  readonly port?: number;
  /** Read afresh for every request, so a key can be revoked or an account be opened meanwhile. */
  readonly accounts: readonly KaleyraAccount[];
  /** The pod that a request is for whose `Host` is none of Kaleyra's API domains. */
  readonly pod: Pod;
  /** PEM. With it the simulator speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Told of each request whose credentials and payload can be read. */
  readonly onRequest?: (request: SimulatedRequest) => void;
}

export interface KaleyraSimulator extends LoopbackServer {
  /** How many requests came, of whatever kind. */
  readonly requestCount: number;
}

/**
 * Kaleyra's verify endpoint on loopback. Checks path, SID, key, content type and payload as the vendor's page asks for
 * them; then the phone number's last four digits pick what happens, and the password decides the rest.
 * @throws PortTaken
 */
export const startKaleyraSimulator = async (options: KaleyraSimulatorOptions): Promise<KaleyraSimulator> => {
  const { port = 0, tls } = options;
  let requestCount = 0;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requestCount += 1;
    // A caller that goes away in the middle of its own request is owed nothing.
    serve(request, response, options).catch(() => response.destroy());
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  const listening = await listenOnLoopback(server, port, 'KALEYRA_SIMULATOR_PORT');
  return {
    ...listening,
    get requestCount() {
      return requestCount;
    },
  };
};

const pathPattern = /^\/v2\/([A-Za-z0-9]+)\/whatsapp\/([0-9]+)\/number\/verify$/;

const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  { accounts, pod: ownPod, onRequest }: KaleyraSimulatorOptions,
): Promise<void> => {
  let payload = '';
  for await (const chunk of request.setEncoding('utf8')) {
    payload += chunk;
    const early = outcomeFor(/"phone_number"\s*:\s*"(\+\d+)"/.exec(payload)?.[1] ?? '')?.early;
    if (early) return early(response);
  }

  const [, sid, wabaId = ''] = pathPattern.exec(request.url ?? '') ?? [];
  if (sid === undefined) return answerPlainly(404)(response);
  if (request.method !== 'POST') return answerPlainly(405, { allow: 'POST' })(response);

  const host = request.headers.host ?? '';
  const pod = podOfHost(host) ?? ownPod;
  const account = accounts.find((one) => one.sid === sid && one.pod === pod);
  if (!account?.apiKeys.includes(String(request.headers['api-key']))) {
    return answer(pageSamples.credentialsRejected)(response);
  }
  const call = request.headers['content-type'] === 'application/json' ? parsePayload(payload) : undefined;
  if (!call) return answer(pageSamples.payloadRejected)(response);

  onRequest?.({ pod, host, wabaId, id: call.idForm === 'number' ? call.id : `"${call.id}"` });
  behaviourFor(call)(response, call);
};

const podOfHost = (host: string): Pod | undefined =>
  pods.find((pod) => apiDomains[pod] === host.toLowerCase().replace(/:\d+$/, ''));

const behaviourFor = (call: VerifyCall): Behaviour => {
  if (!fields.phone_number.pattern.test(call.phoneNumber)) return answer(pageSamples.phoneNumberRejected);
  if (!fields.otp.pattern.test(call.otp)) return answer(pageSamples.otpRejected);
  return outcomeFor(call.phoneNumber)?.behaviour ?? verify;
};

/** The payload's fields, if they are there and of the documented types. */
const parsePayload = (payload: string): VerifyCall | undefined => {
  const { id, phone_number, otp } = parseObject(payload);
  if (typeof phone_number !== 'string' || typeof otp !== 'string') return undefined;
  if (typeof id === 'string') return { id, idForm: 'string', phoneNumber: phone_number, otp };
  // As written, for a parsed number may have lost digits.
  const digits = /"id"\s*:\s*(\d+)/.exec(payload)?.[1];
  if (typeof id !== 'number' || digits === undefined) return undefined;
  return { id: digits, idForm: 'number', phoneNumber: phone_number, otp };
};

const parseObject = (text: string): Partial<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};
