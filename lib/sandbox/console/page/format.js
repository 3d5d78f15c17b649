/** Numbers, times and sentences as the page shows them. */

import { html } from 'lit-html';

/** @param {number} ms */
export const formatMs = (ms) => {
  if (ms === 0) return '0 ms';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
};

/** Seconds of a call that is running. @param {number} ms */
export const formatSeconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** @param {string} time RFC 3339 */
export const formatTime = (time) => new Date(time).toTimeString().slice(0, 8);

/** A sentence whose code is in backticks. @param {string} sentence */
export const withCode = (sentence) =>
  sentence.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

/** The CSS class of a status. @param {number} status */
export const getTone = (status) => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad');

/** @type {Readonly<Record<string, string>>} */
const reasons = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** @param {number} status */
export const getReasonText = (status) => reasons[status] ?? '';
