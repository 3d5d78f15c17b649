/** Sends the form's request and keeps what the page shows of its response. */

/** @import { ConsoleRequest } from './request.js' */

import { toHttpRequest } from './request.js';
import { getState, update } from './store.js';

/**
 * The last call that the page sent. Its state is the only source of the response panel, so that nothing of an earlier
 * call remains visible.
 * @typedef {{ readonly startedAt: number } & (
 *   | { readonly state: 'running' }
 *   | { readonly state: 'cancelled', readonly ms: number }
 *   | { readonly state: 'failed', readonly ms: number, readonly message: string }
 *   | { readonly state: 'done', readonly ms: number, readonly response: ShownResponse }
 * )} Run
 */

/**
 * @typedef {object} ShownResponse
 * @property {number} status
 * @property {readonly (readonly [string, string])[]} headers
 * @property {string} text
 * @property {unknown} json undefined if the body is not JSON
 * @property {string} outcome the code, `Verified`, or empty if the gateway responded
 * @property {string} callId
 */

/** @type {AbortController | undefined} */
let controller;

/** Requests that this page sent, by call id, with their passwords. They are in this page's memory only. */
const sent = new Map();

/** How many of its own requests the page remembers. */
const maxSent = 200;

/** The request of a call, if this page sent it. @param {string} callId @returns {ConsoleRequest | undefined} */
export const getSentRequest = (callId) => sent.get(callId);

export const isRunning = () => getState().run?.state === 'running';

/** Sends the form's request. A call that is still running is cancelled first. */
export const send = async () => {
  const { request, data } = getState();
  controller?.abort();
  const own = new AbortController();
  controller = own;
  const startedAt = performance.now();
  document.querySelector('.response-panel')?.scrollIntoView({ block: 'nearest' });
  update({ run: { state: 'running', startedAt }, isFollowing: true, announcement: 'Sending' });

  /** @type {import('./send.js').Run} */
  let run;
  try {
    const { url, headers, body } = toHttpRequest(request, data);
    const response = await fetch(url, { method: 'POST', headers, body, signal: own.signal });
    const text = await response.text();
    run = { state: 'done', startedAt, ms: performance.now() - startedAt, response: toShown(response, text) };
  } catch (error) {
    const ms = performance.now() - startedAt;
    run = own.signal.aborted
      ? { state: 'cancelled', startedAt, ms }
      : { state: 'failed', startedAt, ms, message: String(error) };
  }
  // A newer call has replaced this one.
  if (controller !== own) return;
  controller = undefined;
  if (run.state !== 'done')
    return update({ run, announcement: run.state === 'failed' ? 'Not sent' : 'Cancelled' });
  const { callId, status, outcome } = run.response;
  remember(callId, request);
  update({ run, announcement: `Response ${status} ${outcome}` });
};

export const cancel = () => controller?.abort();

/** @param {string} callId @param {ConsoleRequest} request */
const remember = (callId, request) => {
  sent.set(callId, request);
  const [oldest] = sent.keys();
  if (sent.size > maxSent) sent.delete(oldest);
};

/** @param {Response} response @param {string} text @returns {ShownResponse} */
const toShown = (response, text) => {
  const { headers, status } = response;
  const json = parseJson(text);
  return {
    status,
    headers: [...headers],
    text,
    json,
    outcome: readOutcome(json),
    callId: headers.get('x-amzn-requestid') ?? headers.get('apigw-requestid') ?? '',
  };
};

/** The code of problem details, or of an error of Lambda. @param {any} json */
const readOutcome = (json) =>
  json?.code ?? json?.errorType ?? (json?.status === 'verified' ? 'Verified' : '');

/** @param {string} text @returns {unknown} */
const parseJson = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
