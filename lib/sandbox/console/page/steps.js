/** The steps of a trace in words. */

/** @import { KaleyraStep, MappingStep, TracedCall, TraceStep } from '../../trace/traced-call.ts' */

import { html } from 'lit-html';
import { codeBlock, formatJson, getTone, withCode } from './format.js';
import { getState } from './store.js';

/**
 * @typedef {object} DescribedStep
 * @property {string} title
 * @property {unknown} summary in one line
 * @property {() => unknown} details
 */

const credentialsSentences = {
  read: 'The function reads the secret with `GetSecretValue`.',
  cached: 'The credentials were in the function’s cache, so Secrets Manager was not called.',
  joined:
    'Another call was reading the same secret. This call waited for that read instead of starting its own.',
};

/** @param {TraceStep} step @param {TracedCall} call @returns {DescribedStep} */
export const describeStep = (step, call) => {
  switch (step.kind) {
    case 'gateway': {
      const { event, refusal } = step;
      const title = call.channel === 'http' ? 'API Gateway' : 'Lambda Invoke';
      return refusal
        ? { title, summary: refusal, details: () => refusalDetails(title, refusal) }
        : { title, summary: 'event for the function', details: () => jsonBlock('Event', event) };
    }
    case 'parse': {
      const { failure } = step;
      const sentence = failure
        ? getState().data.guide[failure].meaning
        : 'Every field has the documented form, and the caller may act for this tenant. From here on only the parsed command is used.';
      const summary = failure ?? 'fields valid, caller authorized';
      return { title: 'Parse', summary, details: () => html`<p>${withCode(sentence)}</p>` };
    }
    case 'credentials': {
      const { source, tenantId, error } = step;
      return {
        title: 'Secrets Manager',
        summary: html`<code>${source}</code> ${error}`,
        details: () => html`
          <p>${withCode(credentialsSentences[source])}</p>
          ${facts({ Tenant: tenantId, Error: error })}
        `,
      };
    }
    case 'attempts': {
      const { operation, error } = step;
      const details = () => facts({ Operation: operation, Error: error });
      return { title: 'Attempts', summary: error ?? operation, details };
    }
    case 'kaleyra':
      return {
        title: `Kaleyra ${step.pod}`,
        summary: kaleyraSummary(step),
        details: () => kaleyraDetails(step),
      };
    case 'mapping': {
      const summary = `${step.kaleyraCode ?? step.reason ?? ''} → ${step.outcome}`;
      return { title: 'Mapping', summary, details: () => mappingDetails(step, call) };
    }
    case 'log': {
      const details = () => jsonBlock('Log event', step.event);
      return { title: 'Log event', summary: 'one line, no secrets', details };
    }
    case 'outcome-event': {
      const { event } = step;
      const summary = event.outcome === 'Verified' ? 'Number Verified' : 'Number Verification Failed';
      const details = () => html`
        <p>With the option <code>outcomeEvents</code>, this event follows on EventBridge. No request waits for it.</p>
        ${jsonBlock('Outcome event', event)}
      `;
      return { title: 'Outcome event', summary, details };
    }
  }
};

/** @param {string} label @param {unknown} value */
const jsonBlock = (label, value) => codeBlock(label, JSON.stringify(value, null, 2));

/** @param {string} gateway @param {string} refusal */
const refusalDetails = (gateway, refusal) => html`
  <p>${gateway} responded itself, with ‘${refusal}’. The function was not called, so there is no log event.</p>
  <p>The API has one route: <code>${getState().data.routeKey}</code></p>
`;

/** @param {KaleyraStep} step */
const kaleyraSummary = ({ idForm, connection, response, error }) => html`
  ${response ? html`<code class="${getTone(response.status)}">${response.status} ${readCode(response.body)}</code>` : ''}
  ${error ? html`<code class="bad">${error}</code>` : ''}
  id as ${idForm}${connection ? `, ${connection} connection` : ''}
`;

/** The code of Kaleyra's envelope. @param {string} body */
const readCode = (body) => {
  try {
    return JSON.parse(body).code ?? '';
  } catch {
    return '';
  }
};

/** @param {KaleyraStep} step */
const kaleyraDetails = ({ host, path, headers, body, response, error }) => html`
  <div class="exchange columns">
    <div>
      <h4>Request</h4>
      ${codeBlock('Request to Kaleyra', toMessage(`POST ${path}`, { host, ...headers }, body))}
    </div>
    <div>
      <h4>Response</h4>
      ${response ? codeBlock('Response of Kaleyra', toMessage(`HTTP ${response.status}`, response.headers, response.body)) : html`<p>${error ? 'No complete response arrived.' : 'Waiting for the response.'}</p>`}
    </div>
  </div>
`;

/** @param {string} firstLine @param {Readonly<Record<string, string>>} headers @param {string} body */
const toMessage = (firstLine, headers, body) => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [firstLine, ...lines, '', formatJson(body)].join('\n');
};

/** @param {MappingStep} step @param {TracedCall} call */
const mappingDetails = ({ outcome, kaleyraCode, reason }, { channel }) => {
  if (outcome === 'Verified') return facts({ Outcome: outcome, 'Kaleyra code': kaleyraCode });
  const { meaning, actor, retryable, passwordChecked, status } = getState().data.guide[outcome];
  return html`
    <p>${withCode(meaning)}</p>
    ${facts({
      Outcome: html`<a href="/problems#${outcome.toLowerCase()}" target="_blank" rel="noopener">${outcome}</a>`,
      'HTTP status': channel === 'http' ? status : undefined,
      'Kaleyra code': kaleyraCode,
      Reason: reason,
      Retryable: retryable ? 'yes' : 'no',
      'Password checked': passwordChecked,
      'Who acts': actor,
    })}
  `;
};

/** Names and values; undefined values are left out. @param {Readonly<Record<string, unknown>>} entries */
const facts = (entries) => html`
  <dl class="line">
    ${Object.entries(entries).map(([name, value]) => (value === undefined ? '' : html`<div><dt class="muted">${name}</dt><dd>${value}</dd></div>`))}
  </dl>
`;
