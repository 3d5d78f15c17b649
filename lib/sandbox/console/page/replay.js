/** Sends a traced call again, or copies it as curl. */

/** @import { TracedCall } from '../../trace/traced-call.ts' */
/** @import { ConsoleRequest } from './request.js' */

import { toCurl } from './code.js';
import { copy } from './copy.js';
import { getSentRequest, send } from './send.js';
import { getState, update } from './store.js';

/**
 * The request of a call. If this page sent it, exactly that request. Otherwise the trace has neither its password nor
 * its whole number: both come from the form, with the last four digits of the call, which select the outcome.
 * @param {TracedCall} call
 * @returns {ConsoleRequest}
 */
const toRequest = ({ id, channel, request }) => {
  const own = getSentRequest(id);
  if (own) return own;
  const { fields } = getState().request;
  const { phone_number, ...known } = request;
  const number = phone_number
    ? fields.phone_number.slice(0, -4) + phone_number.slice(-4)
    : fields.phone_number;
  return { channel, fields: { ...fields, ...known, phone_number: number }, extra: undefined };
};

/** @param {TracedCall} call */
export const sendAgain = (call) => {
  update({ request: toRequest(call), choice: undefined });
  send();
};

/** @param {TracedCall} call */
export const copyAsCurl = async (call) => copy('curl', await toCurl(toRequest(call)));

/** Whether sending the call again sends exactly the same request. @param {TracedCall} call */
export const isOwnCall = ({ id }) => getSentRequest(id) !== undefined;
