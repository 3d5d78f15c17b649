/** The client of Kaleyra's verify endpoint: the form of `id`, and repeats. */
import type { VerifyNumberCommand } from '../core/contract.ts';
import { Failure } from '../core/failures.ts';
import type { KaleyraClient, KaleyraSuccess } from '../core/verify-number.ts';
import { mapResponse } from './response.ts';
import { BrokenExchange, type Exchange, type KaleyraRequest, type KaleyraResponse } from './transport.ts';

/** Creates the client. */
export const createKaleyraClient = (exchange: Exchange): KaleyraClient => {
  // The vendor documents `id` as a string and shows it as a number. The form that was accepted last is tried first.
  let acceptsNumbers = true;

  return {
    verify: async (command, credentials, deadline) => {
      const { number, otp } = command;
      const hasNumberForm = canBeNumber(number.id);
      const path = `/v2/${credentials.sid}/whatsapp/${number.waba_id}/number/verify`;
      const send = async (asNumber: boolean): Promise<KaleyraSuccess> => {
        const payload = toPayload(command, asNumber);
        const response = await sendWithRepeat(exchange, {
          path,
          apiKey: credentials.apiKey,
          payload,
          deadline,
        });
        const success = mapResponse(response, {
          apiKey: credentials.apiKey,
          otp,
          phone_number: number.phone_number,
        });
        if (hasNumberForm) acceptsNumbers = asNumber;
        return success;
      };

      const first = acceptsNumbers && hasNumberForm;
      try {
        return await send(first);
      } catch (failure) {
        if (!isPayloadRejected(failure) || !hasNumberForm) throw failure;
      }
      return send(!first);
    },
  };
};

/** JSON has no number with a leading zero. */
const canBeNumber = (id: string): boolean => /^(0|[1-9]\d*)$/.test(id);

/** Written by hand if the id is a number: a JavaScript number would lose digits beyond 2^53. */
const toPayload = ({ number: { id, phone_number }, otp }: VerifyNumberCommand, asNumber: boolean): string =>
  `{"id":${asNumber ? id : `"${id}"`},"phone_number":"${phone_number}","otp":"${otp}"}`;

const isPayloadRejected = (failure: unknown): boolean =>
  failure instanceof Failure && failure.code === 'PayloadRejected';

/**
 * Sends a request, and repeats it once on a new connection if no connection could be established, or if a kept-alive
 * connection died before any byte of a response.
 */
const sendWithRepeat = async (
  exchange: Exchange,
  request: Omit<KaleyraRequest, 'onNewConnection'>,
): Promise<KaleyraResponse> => {
  let first: BrokenExchange;
  try {
    return await exchange({ ...request, onNewConnection: false });
  } catch (broken) {
    if (!(broken instanceof BrokenExchange)) throw broken;
    if (!broken.mayRepeat) throw broken.failure;
    first = broken;
  }
  try {
    return await exchange({ ...request, onNewConnection: true });
  } catch (broken) {
    if (!(broken instanceof BrokenExchange)) throw broken;
    // If nothing was sent this time, the first request decides: Kaleyra may have read it.
    throw broken.failure.code === 'KaleyraUnavailable' ? first.failure : broken.failure;
  }
};
