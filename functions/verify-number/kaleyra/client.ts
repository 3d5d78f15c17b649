import { type Agent, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from '../core/clock.ts';
import type { VerifyNumberCommand } from '../core/contract.ts';
import { Failure } from '../core/failures.ts';
import type { KaleyraClient, KaleyraSuccess } from '../core/verify-number.ts';
import { maxIdleMs, watchConnection, watchIdleSockets } from './connections.ts';
import { isPayloadRejected, type KaleyraResponse, readAnswer } from './response.ts';

/** Where requests go, and over which connections. What is deployed takes the host from `pods.ts`. */
export interface KaleyraEndpoint {
  readonly protocol: 'https:' | 'http:';
  readonly hostname: string;
  readonly port?: number;
  /** The `Host` header, where it is not the endpoint's own name: the sandbox plays all four pods on one port. */
  readonly hostHeader?: string;
  /** Keeps connections; of `https` or `http` as `protocol` says. */
  readonly agent: Agent;
}

/** The largest answer that is read, in bytes. */
const maxAnswerBytes = 64 * 1024;

/** Makes the client of Kaleyra's verify endpoint. */
export const createKaleyraClient = (endpoint: KaleyraEndpoint, clock: Clock = Date): KaleyraClient => {
  const exchange = createExchange(endpoint, clock);
  // The vendor documents `id` as a string and shows it as a number. Whichever was taken last is tried first.
  let takesNumbers = true;

  return {
    verify: async (command, credentials, deadline) => {
      const path = `/v2/${credentials.sid}/whatsapp/${command.waba_id}/number/verify`;
      const send = async (asNumber: boolean): Promise<KaleyraSuccess> => {
        const answer = await exchange(path, credentials.apiKey, payloadOf(command, asNumber), deadline);
        const { otp, phone_number } = command;
        return readAnswer(answer, { apiKey: credentials.apiKey, otp, phone_number });
      };

      const first = takesNumbers && canBeNumber(command.id);
      try {
        return await send(first);
      } catch (failure) {
        if (!isPayloadRejected(failure) || !canBeNumber(command.id)) throw failure;
      }
      try {
        const acceptance = await send(!first);
        takesNumbers = !first;
        return acceptance;
      } catch (failure) {
        if (hasReadPayload(failure)) takesNumbers = !first;
        throw failure;
      }
    },
  };
};

/** JSON has no number with a leading zero. */
const canBeNumber = (id: string): boolean => /^(0|[1-9]\d*)$/.test(id);

/** Written by hand where the id is a number: a JavaScript number would lose digits past 2^53. */
const payloadOf = ({ id, phone_number, otp }: VerifyNumberCommand, asNumber: boolean): string =>
  `{"id":${asNumber ? id : `"${id}"`},"phone_number":"${phone_number}","otp":"${otp}"}`;

/** Whether Kaleyra's answer is about what the payload says, so that its form was understood. */
const hasReadPayload = (failure: unknown): boolean =>
  failure instanceof Failure &&
  (failure.code === 'OtpRejected' ||
    failure.code === 'PhoneNumberRejected' ||
    failure.code === 'AlreadyVerified');

type Exchange = (path: string, apiKey: string, payload: string, deadline: number) => Promise<KaleyraResponse>;

/**
 * One POST and its whole answer. Repeated once, on a new connection, where no connection came about, so that nothing was
 * sent; and where a kept-alive one turned out dead before any byte of an answer. That one may have been read all the
 * same, which nothing can tell: a repeat of it may then be answered `AlreadyVerified`.
 */
const createExchange = (endpoint: KaleyraEndpoint, clock: Clock): Exchange => {
  const dropIdleSockets = watchIdleSockets(endpoint.agent, clock);
  return async (path, apiKey, payload, deadline) => {
    dropIdleSockets(maxIdleMs);
    // Lambda freezes the process between requests: in one turn of the event loop it learns what came meanwhile.
    await new Promise((turned) => setImmediate(turned));
    let first: BrokenExchange;
    try {
      return await post(endpoint, path, apiKey, payload, deadline);
    } catch (broken) {
      if (!(broken instanceof BrokenExchange)) throw broken;
      if (!broken.mayRepeat) throw broken.failure;
      first = broken;
    }
    // Where one turned out dead, all may be.
    dropIdleSockets(0);
    try {
      return await post(endpoint, path, apiKey, payload, deadline);
    } catch (broken) {
      if (!(broken instanceof BrokenExchange)) throw broken;
      // If this time nothing was sent, no more is known than before: the first one may have been read.
      throw broken.failure.code === 'KaleyraUnavailable' ? first.failure : broken.failure;
    }
  };
};

/** An exchange that came to nothing: what it means, and whether it may be repeated. */
class BrokenExchange extends Error {
  readonly failure: Failure;
  readonly mayRepeat: boolean;

  constructor(failure: Failure, mayRepeat: boolean) {
    super(failure.message);
    this.failure = failure;
    this.mayRepeat = mayRepeat;
  }
}

const nothingSent = (why: string): Failure =>
  new Failure('KaleyraUnavailable', `Kaleyra could not be reached (${why}). Nothing was sent.`);

const outcomeUnknown = (why: string): Failure =>
  new Failure('OutcomeUnknown', `Kaleyra gave no whole answer (${why}). The number may be verified.`);

const post = (
  endpoint: KaleyraEndpoint,
  path: string,
  apiKey: string,
  payload: string,
  deadline: number,
): Promise<KaleyraResponse> =>
  new Promise((resolve, reject) => {
    if (performance.now() >= deadline) throw new BrokenExchange(nothingSent('timed out'), false);
    const { protocol, hostname, port, hostHeader, agent } = endpoint;
    const options: RequestOptions = {
      method: 'POST',
      hostname,
      port,
      path,
      agent,
      headers: {
        ...(hostHeader && { host: hostHeader }),
        'api-key': apiKey,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        accept: 'application/json',
      },
    };
    const request = (protocol === 'https:' ? requestHttps : requestHttp)(options);
    const connection = watchConnection(request, protocol);

    const timer = setTimeout(
      () => fail(connection.established() ? outcomeUnknown('timed out') : nothingSent('timed out')),
      Math.max(0, deadline - performance.now()),
    );
    // What comes after this changes nothing: a promise is settled but once.
    const fail = (failure: Failure, mayRepeat = false): void => {
      clearTimeout(timer);
      request.destroy();
      reject(new BrokenExchange(failure, mayRepeat));
    };

    request.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? 'connection lost';
      if (!connection.established()) fail(nothingSent(why), true);
      else fail(outcomeUnknown(why), request.reusedSocket && !connection.answered());
    });
    request.on('upgrade', () => fail(outcomeUnknown('protocol changed')));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxAnswerBytes) {
          chunks.push(chunk);
          return;
        }
        const detail = `Kaleyra's answer (HTTP ${response.statusCode}) is larger than ${maxAnswerBytes} bytes.`;
        fail(new Failure('UnexpectedResponse', detail));
      });
      response.on('error', () => fail(outcomeUnknown('answer cut short')));
      response.on('end', () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          body: Buffer.concat(chunks),
        });
      });
    });
    request.end(payload);
  });
