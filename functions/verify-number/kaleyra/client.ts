/** The client of Kaleyra's verify endpoint: the form of `id`, and repeats. */
import type { VerifyNumberCommand } from '../core/contract.ts';
import { Failure, type FailureCode } from '../core/failures.ts';
import type { ExchangeStep } from '../core/steps.ts';
import type { KaleyraClient, KaleyraSuccess } from '../core/verify-number.ts';
import { mapResponse } from './response.ts';
import { BrokenExchange, type Exchange, type KaleyraResponse } from './transport.ts';

/** Creates the client. */
export const createKaleyraClient = (exchange: Exchange): KaleyraClient => {
  // Kaleyra documents `id` as a string and shows it as a number. The form of the last success is tried first.
  let prefersNumber = true;

  return {
    verify: async (command, { sid, apiKey }, deadline, steps) => {
      const { number, otp } = command;
      const hasNumberForm = canBeNumber(number.id);
      const send = async (asNumber: boolean): Promise<KaleyraSuccess> => {
        const request = {
          path: `/v2/${sid}/whatsapp/${number.waba_id}/number/verify`,
          apiKey,
          payload: toPayload(command, asNumber),
          deadline,
        };
        const secrets = { sid, apiKey, otp, phone_number: number.phone_number };
        const idForm = asNumber ? 'number' : 'string';
        const success = await repeatIfBroken(async (onNewConnection) => {
          const response = await steps.run<ExchangeStep, KaleyraResponse>(
            { name: 'exchange', idForm },
            (step) => exchange({ ...request, onNewConnection, step }),
            request,
          );
          return mapResponse(response, secrets);
        });
        if (hasNumberForm && success.code === 'WA200') prefersNumber = asNumber;
        return success;
      };

      const asNumber = prefersNumber && hasNumberForm;
      try {
        return await send(asNumber);
      } catch (failure) {
        if (!hasNumberForm || !hasCode(failure, 'PayloadRejected')) throw failure;
      }
      return send(!asNumber);
    },
  };
};

/** JSON has no number with a leading zero. */
const canBeNumber = (id: string): boolean => /^(0|[1-9]\d*)$/.test(id);

/** Written by hand if the id is a number: a JavaScript number would lose digits beyond 2^53. */
const toPayload = ({ number: { id, phone_number }, otp }: VerifyNumberCommand, asNumber: boolean): string =>
  `{"id":${asNumber ? id : `"${id}"`},"phone_number":"${phone_number}","otp":"${otp}"}`;

/**
 * Sends a request, and repeats it once on a new connection if no connection could be established, or if a kept-alive
 * connection died before any byte of a response. In the second case, Kaleyra may have processed the first request.
 */
const repeatIfBroken = async (
  send: (onNewConnection: boolean) => Promise<KaleyraSuccess>,
): Promise<KaleyraSuccess> => {
  let first: BrokenExchange;
  try {
    return await send(false);
  } catch (failure) {
    if (!(failure instanceof BrokenExchange && failure.mayRepeat)) throw failure;
    first = failure;
  }
  try {
    return await send(true);
  } catch (failure) {
    if (first.code === 'KaleyraUnavailable' || !(failure instanceof Failure)) throw failure;
    if (failure.code === 'AlreadyVerified') return toSuccess(failure);
    throw inconclusiveRepeats.includes(failure.code) ? first : failure;
  }
};

/** Failures of a repeat that do not say what became of the first request. */
export const inconclusiveRepeats: readonly FailureCode[] = [
  'RateLimited',
  'DailyLimitReached',
  'InsufficientBalance',
  'KaleyraUnavailable',
];

/** The first request has verified the number. Kaleyra's code and message are those of the repeat. */
const toSuccess = ({ kaleyra, kaleyraHttpStatus, message }: Failure): KaleyraSuccess => ({
  code: kaleyra?.code ?? '',
  httpStatus: kaleyraHttpStatus ?? 0,
  message,
});

const hasCode = (failure: unknown, code: FailureCode): boolean =>
  failure instanceof Failure && failure.code === code;
