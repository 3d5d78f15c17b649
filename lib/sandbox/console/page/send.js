/** Sends the form's request and keeps what the page shows of its response. */

/** @import { ConsoleRequest, Run, ShownResponse, State } from './store.js' */

import { getState, update } from './store.js';

/** @type {AbortController | undefined} */
let controller;

/** Requests that this page sent, by call id, with their passwords. They are in this page's memory only. */
const sent = new Map();

/** The request of a call, if this page sent it. @param {string} callId @returns {ConsoleRequest | undefined} */
export const getSentRequest = (callId) => sent.get(callId);

/** Sends the form's request. A call that is still running is cancelled first. */
export const send = async () => {
  const { request, data } = getState();
  controller?.abort();
  const own = new AbortController();
  controller = own;
  const startedAt = performance.now();
  document.getElementById('response')?.scrollIntoView({ block: 'nearest' });
  update({ run: { state: 'running', startedAt }, isFollowing: true, announcement: 'Sending' });
  const run = await exchange(request, data, own.signal, startedAt);
  // A newer call has replaced this one.
  if (controller !== own) return;
  controller = undefined;
  const { status, outcome } = run.state === 'done' ? run.response : { status: run.state, outcome: '' };
  update({ run, announcement: `Response: ${status} ${outcome}` });
};

export const cancel = () => controller?.abort();

/**
 * @param {ConsoleRequest} request
 * @param {State['data']} data
 * @param {AbortSignal} signal
 * @param {number} startedAt
 * @returns {Promise<Run>}
 */
const exchange = async (request, data, signal, startedAt) => {
  const getMs = () => performance.now() - startedAt;
  try {
    const { url, headers, body } = toHttpRequest(request, data);
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    const shown = toShown(response, await response.text(), request.channel);
    const { headers: ids } = response;
    sent.set(ids.get('x-amzn-requestid') ?? ids.get('apigw-requestid') ?? '', request);
    return { state: 'done', startedAt, ms: getMs(), response: shown };
  } catch (error) {
    if (signal.aborted) return { state: 'cancelled', startedAt, ms: getMs() };
    return { state: 'failed', startedAt, ms: getMs(), message: String(error) };
  }
};

/** The path of the HTTP API. @param {ConsoleRequest} request */
export const toPath = ({ fields: { tenant_id, waba_id } }) =>
  `/tenants/${encodeURIComponent(tenant_id)}/whatsapp/${encodeURIComponent(waba_id)}/number/verify`;

/**
 * @param {ConsoleRequest} request
 * @param {State['data']} data
 * @returns {{ url: string, headers: Record<string, string>, body: string }}
 */
const toHttpRequest = (request, { functionName, token, tokenWithoutTenant }) => {
  const { fields, channel, extra } = request;
  const { tenant_id, waba_id, ...rest } = fields;
  const isDirect = channel === 'direct';
  const body = { ...(isDirect ? fields : rest), ...(extra === 'padding' && { padding: 'x'.repeat(5000) }) };
  const usedToken = extra === 'no-claim' ? tokenWithoutTenant : token;
  return {
    url: isDirect ? `/2015-03-31/functions/${functionName}/invocations` : toPath(request),
    headers: {
      'content-type': extra === 'text/plain' ? 'text/plain' : 'application/json',
      ...(usedToken && !isDirect && { authorization: `Bearer ${usedToken}` }),
    },
    body: JSON.stringify(body),
  };
};

/** @param {Response} response @param {string} text @param {ConsoleRequest['channel']} channel @returns {ShownResponse} */
const toShown = ({ status, statusText, headers }, text, channel) => ({
  status,
  statusText,
  headers: [...headers],
  text,
  outcome: readOutcome(text),
  channel,
  isFunctionError: headers.has('x-amz-function-error'),
});

/** The code of problem details, or of an error of Lambda. @param {string} text */
const readOutcome = (text) => {
  try {
    const { code, errorType, status } = JSON.parse(text);
    return code ?? errorType ?? (status === 'verified' ? 'Verified' : '');
  } catch {
    return '';
  }
};
