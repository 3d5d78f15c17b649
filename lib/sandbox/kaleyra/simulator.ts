/** Kaleyra's verify endpoint on loopback. */
import { setTimeout } from 'node:timers/promises';
import { fields } from '../../../functions/verify-number/core/parse-command.ts';
import { isPod, type Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import type { LoopbackServer } from '../loopback/loopback-server.ts';
import { readChunks } from '../loopback/read-body.ts';
import type { KaleyraAccount } from '../tenants/seed-tenants.ts';
import { type Behaviour, sendBody, sendEnvelope, sendHtml, type VerifyCall, verify } from './behaviours.ts';
import { findTrigger, rejectedOtp } from './outcomes.ts';
import { type KaleyraEnvelope, pageSamples } from './samples.ts';
import { type KaleyraServerOptions, startKaleyraServer } from './server.ts';

/** The fields of a request that may be shown: no SID, key, password or phone number. */
export interface SimulatedRequest {
  readonly pod: Pod;
  /** The `Host` header as sent. */
  readonly host: string;
  readonly wabaId: string;
  /** The payload's `id` as it was written, including quotes. */
  readonly id: string;
}

interface KaleyraSimulatorOptions extends Omit<KaleyraServerOptions, 'serve'> {
  /** Read for every request, so that keys can be revoked and accounts added at any time. */
  readonly accounts: readonly KaleyraAccount[];
  /** The pod of a request whose path names none. */
  readonly pod: Pod;
  /** Returns what is wrong with Kaleyra at the moment, if anything. */
  readonly fault?: () => KaleyraFault | undefined;
  /** Called for each request whose credentials and payload are valid. */
  readonly onRequest?: (request: SimulatedRequest) => void;
}

export interface KaleyraSimulator extends LoopbackServer {
  /** The number of requests so far, of every kind. */
  readonly requestCount: number;
  /** Makes every number unverified again. */
  forgetNumbers(): void;
}

/** A fault of the simulated Kaleyra that affects every request. */
export type KaleyraFault = 'slow' | 'dropping' | 'bad-gateway';

/** How much longer a slow Kaleyra takes to respond, in milliseconds. */
const slowKaleyraMs = 3000;

const pathPattern = /^(?:\/pods\/([A-Z]+))?\/v2\/([A-Za-z0-9]+)\/whatsapp\/([0-9]+)\/number\/verify$/;

/**
 * Starts Kaleyra's endpoint. It checks path, SID, key, content type and payload as the vendor's page asks for them. Then
 * the phone number's last four digits select what happens, and otherwise the password decides.
 * @throws Error that names the port if it is in use
 */
export const startKaleyraSimulator = async (options: KaleyraSimulatorOptions): Promise<KaleyraSimulator> => {
  let requestCount = 0;
  const verified = new Set<string>();

  const serve: KaleyraServerOptions['serve'] = async (request, exchange) => {
    requestCount += 1;
    let payload = '';
    for await (const chunk of readChunks(request)) {
      payload += chunk.toString('latin1');
      const early = findTrigger(/"phone_number"\s*:\s*"(\+\d+)"/.exec(payload)?.[1] ?? '')?.early;
      if (early) return early(exchange);
    }
    const fault = options.fault?.();
    if (fault === 'slow') await setTimeout(slowKaleyraMs, undefined, { ref: false });
    if (fault === 'dropping') return exchange.close();
    if (fault === 'bad-gateway') return sendHtml(502)(exchange);

    const [, podOfPath, sid, wabaId = ''] = pathPattern.exec(request.url ?? '') ?? [];
    if (sid === undefined) return sendBody(404)(exchange);
    if (request.method !== 'POST') return sendBody(405, '', { allow: 'POST' })(exchange);

    const { host = '', 'api-key': apiKey, 'content-type': contentType } = request.headers;
    const pod = isPod(podOfPath) ? podOfPath : options.pod;
    const account = options.accounts.find((one) => one.sid === sid && one.pod === pod);
    if (!account?.apiKeys.includes(String(apiKey))) {
      return sendEnvelope(pageSamples.credentialsRejected)(exchange);
    }
    const call = contentType === 'application/json' ? parsePayload(payload) : undefined;
    if (!call) return sendEnvelope(pageSamples.payloadRejected)(exchange);

    const { id, idForm, phoneNumber, otp } = call;
    options.onRequest?.({ pod, host, wabaId, id: idForm === 'number' ? id : `"${id}"` });
    const checkPassword = (): KaleyraEnvelope => {
      const number = `${sid} ${phoneNumber}`;
      if (verified.has(number)) return pageSamples.alreadyApproved;
      if (otp === rejectedOtp) return pageSamples.otpRejected;
      if (account.remembersNumbers) verified.add(number);
      return pageSamples.success;
    };
    toBehaviour(call)(exchange, { ...call, checkPassword });
  };

  const server = await startKaleyraServer({ ...options, serve });
  return {
    ...server,
    forgetNumbers: () => verified.clear(),
    get requestCount() {
      return requestCount;
    },
  };
};

type Payload = Omit<VerifyCall, 'checkPassword'>;

const toBehaviour = ({ phoneNumber, otp }: Payload): Behaviour => {
  if (!fields.phone_number.pattern.test(phoneNumber)) return sendEnvelope(pageSamples.phoneNumberRejected);
  if (!/^\d{6}$/.test(otp)) return sendEnvelope(pageSamples.otpRejected);
  return findTrigger(phoneNumber)?.behaviour ?? verify;
};

/** The payload's fields, if they are present and of the documented types. */
const parsePayload = (payload: string): Payload | undefined => {
  const { id, phone_number: phoneNumber, otp } = parseObject(payload);
  if (typeof phoneNumber !== 'string' || typeof otp !== 'string') return undefined;
  if (typeof id === 'string') return { id, idForm: 'string', phoneNumber, otp };
  // From the text, because a parsed number may have lost digits.
  const digits = /"id"\s*:\s*(\d+)/.exec(payload)?.[1];
  if (typeof id !== 'number' || digits === undefined) return undefined;
  return { id: digits, idForm: 'number', phoneNumber, otp };
};

const parseObject = (text: string): Partial<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};
