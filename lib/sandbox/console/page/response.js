/** The response to the last call, or that it is running. */

/** @import { ShownResponse, State } from './store.js' */

import { html, nothing } from 'lit-html';
import { codeBlock, formatJson, formatMs, formatSeconds, getTone, withCode } from './format.js';

/** @param {State} state */
export const response = ({ run, data }) => html`
  <section id="response" class="panel" aria-labelledby="response-title" aria-busy=${run?.state === 'running'}>
    <div class="line padded">
      <h2 id="response-title">Response</h2>
      ${run?.state === 'done' ? html`<p>${summary(run.response, data)} <span class="muted">${formatMs(run.ms)}</span></p>` : nothing}
    </div>
    <div class="scroll">${content(run, data)}</div>
  </section>
`;

/** The status, or for a function that threw: its error, because Lambda's status is 200. @param {ShownResponse} response @param {State['data']} data */
const summary = ({ status, statusText, outcome, isFunctionError }, { guide }) => {
  if (!isFunctionError) return html`<code class=${getTone(status)}>${status}</code> ${statusText}`;
  const tone = getTone(getEntry(outcome, guide)?.status ?? 500);
  return html`<code class=${tone}>${outcome}</code> thrown (Invoke responds ${status})`;
};

/** @param {State['run']} run @param {State['data']} data */
const content = (run, data) => {
  switch (run?.state) {
    case 'running':
      return html`
        <div class="padded">
          <p>Running for ${formatSeconds(performance.now() - run.startedAt)}</p>
          <p class="muted">The function waits up to ${formatSeconds(data.kaleyraTimeoutMs)} for Kaleyra.</p>
        </div>
      `;
    case 'cancelled':
      return html`<div class="advice sunken padded warn"><p><strong>Cancelled after ${formatSeconds(run.ms)}.</strong> The caller has gone, but the function goes on: the trace shows how the call ends. The number may be verified.</p></div>`;
    case 'failed':
      return html`<div class="advice sunken padded bad"><p><strong>The sandbox cannot be reached.</strong> Start it with <code>npm start</code>. ${run.message}</p></div>`;
    case 'done':
      return html`
        ${advice(run.response, data)}
        ${codeBlock('Response body', formatJson(run.response.text))}
        <details class="padded">
          <summary>Headers ${run.response.headers.length}</summary>
          ${codeBlock('Response headers', run.response.headers.map(([name, value]) => `${name}: ${value}`).join('\n'))}
        </details>
      `;
    default:
      return html`<p class="padded muted">Choose an outcome, then press Send. The response appears here, and the trace below shows every step between the caller and Kaleyra.</p>`;
  }
};

/** @param {string} word */
const capitalize = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** @param {string} outcome @param {State['data']['guide']} guide */
const getEntry = (outcome, guide) => guide[/** @type {keyof typeof guide} */ (outcome)];

/** What to do next, from the guide. @param {ShownResponse} response @param {State['data']} data */
const advice = ({ outcome, status, channel }, { guide }) => {
  if (outcome === 'Verified') {
    return html`<div class="advice sunken padded good"><p><strong>Verified.</strong> Nothing is left to do. Keep <code>reference</code> if you want to ask Kaleyra about it later.</p></div>`;
  }
  const entry = getEntry(outcome, guide);
  if (!entry) {
    return html`<div class="advice sunken padded ${getTone(status)}"><p><strong>The gateway responded, not the function.</strong> Its responses have no code.</p></div>`;
  }
  return html`
    <div class="advice sunken padded ${getTone(entry.status)}">
      <p><strong>${outcome}.</strong> ${withCode(entry.remedy)}</p>
      <p>${capitalize(entry.actor)} acts · Retry: ${withCode(entry.retry[channel])}</p>
      <a href="/problems#${outcome.toLowerCase()}" target="_blank" rel="noopener">More about ${outcome}</a>
    </div>
  `;
};
