/** The request that the form describes, and what is sent for it. */

/** @import { OutcomeChoice } from '../console-data.ts' */
/** @import { State } from './store.js' */

import { getState, update } from './store.js';

/** @typedef {'tenant_id' | 'waba_id' | 'id' | 'phone_number' | 'otp'} FieldName */
/** @typedef {'text/plain' | 'padding' | 'no-claim'} Extra */

/**
 * @typedef {object} ConsoleRequest
 * @property {Readonly<Record<FieldName, string>>} fields
 * @property {'http' | 'direct'} channel
 * @property {Extra | undefined} extra what makes the request fail in a way that no field can
 */

/** @type {readonly FieldName[]} */
export const fieldNames = ['tenant_id', 'waba_id', 'id', 'phone_number', 'otp'];

/** What each extra does, in words. */
export const extraLabels = {
  'text/plain': 'Content-Type: text/plain',
  padding: 'an additional field of 5,000 characters',
  'no-claim': 'a token for another tenant',
};

/**
 * @param {FieldName} name
 * @param {string} value
 */
export const setField = (name, value) => {
  const { request } = getState();
  // The password is inserted into the code as it is, so it must not need quotes there.
  const accepted = name === 'otp' ? value.replace(/[^\w -]/g, '') : value;
  update({ request: { ...request, fields: { ...request.fields, [name]: accepted } }, choice: undefined });
};

/** @param {ConsoleRequest['channel']} channel */
export const setChannel = (channel) => {
  const { request, data, language } = getState();
  const fits = data.languages.find(({ id }) => id === language)?.channel === channel;
  const first = data.languages.find((one) => one.channel === channel);
  update({ request: { ...request, channel }, ...(!fits && first && { language: first.id }) });
};

export const removeExtra = () => {
  const { request } = getState();
  update({ request: { ...request, extra: undefined }, choice: undefined });
};

/**
 * Fills the form with the request that has an outcome.
 * @param {OutcomeChoice} choice
 */
export const chooseOutcome = ({ key, request: chosen }) => {
  const { request } = getState();
  if (!chosen) return;
  const { fields, extra } = chosen;
  const needsHttp = extra === 'text/plain' || extra === 'no-claim';
  update({ request: { ...request, fields, extra: extra === 'use-up' ? undefined : extra }, choice: key });
  if (needsHttp) setChannel('http');
};

/**
 * @param {ConsoleRequest} request
 * @returns {string} the path of the HTTP API
 */
export const toPath = ({ fields: { tenant_id, waba_id } }) =>
  `/tenants/${encodeURIComponent(tenant_id)}/whatsapp/${encodeURIComponent(waba_id)}/number/verify`;

/**
 * Returns what `fetch` needs to send a request.
 * @param {ConsoleRequest} request
 * @param {State['data']} data
 * @returns {{ url: string, headers: Record<string, string>, body: string }}
 */
export const toHttpRequest = (request, { functionName, token, strangerToken }) => {
  const { fields, channel, extra } = request;
  const { tenant_id, waba_id, ...rest } = fields;
  const padding = extra === 'padding' ? { padding: 'x'.repeat(5000) } : {};
  if (channel === 'direct') {
    return {
      url: `/2015-03-31/functions/${functionName}/invocations`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...fields, ...padding }),
    };
  }
  const usedToken = extra === 'no-claim' ? strangerToken : token;
  return {
    url: toPath(request),
    headers: {
      'content-type': extra === 'text/plain' ? 'text/plain' : 'application/json',
      ...(usedToken && { authorization: `Bearer ${usedToken}` }),
    },
    body: JSON.stringify({ ...rest, ...padding }),
  };
};
