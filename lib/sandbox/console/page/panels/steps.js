/** The steps of a trace in words: title, summary in one line, and details. */

/** @import { AttemptsStep, CredentialsStep, GatewayStep, KaleyraStep, LogStep, MappingStep, ParseStep, TraceStep } from '../../../trace/traced-call.ts' */

import { html, nothing } from 'lit-html';
import { getTone, withCode } from '../format.js';
import { codeBlock, formatJson } from '../highlight.js';
import { getState } from '../store.js';

/** @param {TraceStep} step */
export const stepTitle = (step) => {
  switch (step.kind) {
    case 'gateway':
      return 'API Gateway';
    case 'parse':
      return 'Parse';
    case 'credentials':
      return 'Secrets Manager';
    case 'attempts':
      return 'Attempts';
    case 'kaleyra':
      return `Kaleyra ${step.pod}`;
    case 'mapping':
      return 'Mapping';
    case 'log':
      return 'Log event';
  }
};

/** @param {TraceStep} step */
export const stepSummary = (step) => {
  switch (step.kind) {
    case 'gateway':
      return step.refusal ?? 'event for the function';
    case 'parse':
      return step.failure ?? 'fields valid, caller authorized';
    case 'credentials':
      return html`<span class="tag">${step.source}</span>${step.error ? ` ${step.error}` : nothing}`;
    case 'attempts':
      return step.error ?? step.operation;
    case 'kaleyra':
      return kaleyraSummary(step);
    case 'mapping':
      return html`${step.kaleyraCode ?? step.reason ?? ''} → ${step.outcome}`;
    case 'log':
      return 'one line, no secrets';
  }
};

/** @param {KaleyraStep} step */
const kaleyraSummary = ({ idForm, connection, response, error }) => html`
  ${response ? html`<span class="status ${getTone(response.status)}">${response.status} ${readCode(response.body)}</span>` : nothing}
  ${error ? html`<span class="status bad">${error}</span>` : nothing}
  id as ${idForm}${connection ? `, ${connection} connection` : nothing}
`;

/** The code of Kaleyra's envelope. @param {string} body */
const readCode = (body) => {
  try {
    return JSON.parse(body).code ?? '';
  } catch {
    return '';
  }
};

/** @param {TraceStep} step */
export const stepDetails = (step) => {
  switch (step.kind) {
    case 'gateway':
      return gatewayDetails(step);
    case 'parse':
      return parseDetails(step);
    case 'credentials':
      return credentialsDetails(step);
    case 'attempts':
      return attemptsDetails(step);
    case 'kaleyra':
      return kaleyraDetails(step);
    case 'mapping':
      return mappingDetails(step);
    case 'log':
      return logDetails(step);
  }
};

/** @param {GatewayStep} step */
const gatewayDetails = ({ event, refusal }) =>
  refusal
    ? html`<p>API Gateway refused the request, so the function was not called.</p>`
    : codeBlock('Event', JSON.stringify(event, null, 2));

/** @param {ParseStep} step */
const parseDetails = ({ failure }) =>
  failure
    ? html`<p>${withCode(getState().data.guide[failure].meaning)}</p>`
    : html`<p>Every field has the documented form, and the caller may act for this tenant. From here on only the parsed command is used.</p>`;

const sourceSentences = {
  read: 'The function reads the secret with `GetSecretValue`.',
  cached: 'The credentials were in the function’s cache, so Secrets Manager was not called.',
  joined:
    'Another call was reading the same secret. This call waited for that read instead of starting its own.',
};

/** @param {CredentialsStep} step */
const credentialsDetails = ({ tenantId, source, error }) => html`
  <p>${withCode(sourceSentences[source])}</p>
  ${facts([
    ['Tenant', tenantId],
    ['Error', error],
  ])}
`;

/** @param {AttemptsStep} step */
const attemptsDetails = ({ operation, error }) =>
  facts([
    ['Operation', operation],
    ['Error', error],
  ]);

/** @param {KaleyraStep} step */
const kaleyraDetails = ({ host, path, headers, body, connection, idForm, response, error }) => html`
  <div class="exchange">
    <div>
      <h4>Request <span class="muted">id as ${idForm}${connection ? `, ${connection} connection` : ''}</span></h4>
      ${codeBlock('Request to Kaleyra', toMessage(`POST ${path}`, { host, ...headers }, body))}
    </div>
    <div>
      <h4>Response ${error ? html`<span class="bad">${error}</span>` : nothing}</h4>
      ${response ? codeBlock('Response of Kaleyra', toMessage(`HTTP ${response.status}`, response.headers, response.body)) : html`<p class="muted">${error ? 'No complete response arrived.' : 'Waiting for the response.'}</p>`}
    </div>
  </div>
`;

/**
 * @param {string} firstLine
 * @param {Readonly<Record<string, string>>} headers
 * @param {string} body
 */
const toMessage = (firstLine, headers, body) =>
  [
    firstLine,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    formatJson(body),
  ].join('\n');

/** @param {MappingStep} step */
const mappingDetails = ({ outcome, kaleyraCode, reason }) => {
  if (outcome === 'Verified')
    return facts([
      ['Outcome', outcome],
      ['Kaleyra code', kaleyraCode],
    ]);
  const { meaning, actor, retryable, passwordChecked, status } = getState().data.guide[outcome];
  return html`
    <p>${withCode(meaning)}</p>
    ${facts([
      [
        'Outcome',
        html`<a href="/problems#${outcome.toLowerCase()}" target="_blank" rel="noopener">${outcome}</a>`,
      ],
      ['HTTP status', status],
      ['Kaleyra code', kaleyraCode],
      ['Reason', reason],
      ['Retryable', retryable ? 'yes' : 'no'],
      ['Password checked', passwordChecked],
      ['Who acts', actor],
    ])}
  `;
};

/** @param {LogStep} step */
const logDetails = ({ event }) => codeBlock('Log event', JSON.stringify(event, null, 2));

/** Names and values; undefined values are left out. @param {readonly (readonly [string, unknown])[]} entries */
const facts = (entries) => html`
  <dl class="facts">
    ${entries.filter(([, value]) => value !== undefined).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>
`;
