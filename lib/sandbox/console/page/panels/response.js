/** The response to the last call, or that it is running. */

/** @import { Run, ShownResponse } from '../send.js' */
/** @import { State } from '../store.js' */

import { html, nothing } from 'lit-html';
import { formatMs, formatSeconds, getReasonText, getTone, withCode } from '../format.js';
import { codeBlock, formatJson } from '../highlight.js';
import { icon } from '../icons.js';
import { cancel } from '../send.js';
import { update } from '../store.js';
import { tabs } from '../tabs.js';

/** @param {State} state */
export const response = (state) => html`
  <section class="panel response-panel" aria-labelledby="response-title" aria-busy=${state.run?.state === 'running'}>
    <div class="panel-head"><h2 id="response-title">Response</h2>${summary(state.run)}</div>
    ${content(state)}
  </section>
`;

/** @param {Run | undefined} run */
const summary = (run) => {
  if (run?.state !== 'done') return nothing;
  const { status } = run.response;
  return html`<p class="status-line"><span class="status ${getTone(status)}">${status}</span> ${getReasonText(status)} <span class="ms">${formatMs(run.ms)}</span></p>`;
};

/** @param {State} state */
const content = ({ run, data, responseTab }) => {
  if (!run) {
    return html`<p class="empty">Choose an outcome, then press Send. The response appears here, and the trace below shows every step between the caller and Kaleyra.</p>`;
  }
  switch (run.state) {
    case 'running':
      return html`
        <div class="running-note">
          <p><span class="spinner"></span>Running for <strong class="elapsed">${formatSeconds(performance.now() - run.startedAt)}</strong></p>
          <p class="muted">The function waits up to ${formatSeconds(data.kaleyraTimeoutMs)} for Kaleyra.</p>
          <button type="button" class="button" @click=${cancel}>Cancel</button>
        </div>
      `;
    case 'cancelled':
      return html`<div class="advice warn"><p><strong>Cancelled after ${formatSeconds(run.ms)}.</strong> The caller has gone, but the function goes on: the trace shows how the call ends. The number may be verified.</p></div>`;
    case 'failed':
      return html`<div class="advice bad"><p><strong>The sandbox cannot be reached.</strong> Start it with <code>npm start</code>. ${run.message}</p></div>`;
    case 'done':
      return html`${advice(run.response, data)}${tabs({
        label: 'Part of the response',
        panel: 'response',
        tabs: [
          { id: 'body', label: 'Body' },
          { id: 'headers', label: `Headers ${run.response.headers.length}` },
        ],
        selected: responseTab,
        onSelect: (id) => update({ responseTab: id }),
      })}
        <div id="response" role="tabpanel" aria-labelledby="response-${responseTab}">
          ${responseTab === 'body' ? codeBlock('Response body', formatJson(run.response.text)) : headerList(run.response)}
        </div>`;
  }
};

/** What to do next, from the guide. @param {ShownResponse} response @param {State['data']} data */
const advice = ({ outcome, status }, data) => {
  if (outcome === 'Verified') {
    return html`<div class="advice good"><p><strong>Verified.</strong> Nothing is left to do. Keep <code>reference</code> if you want to ask Kaleyra about it later.</p></div>`;
  }
  const entry = data.guide[/** @type {keyof State['data']['guide']} */ (outcome)];
  if (!entry) {
    return html`<div class="advice ${getTone(status)}"><p><strong>The gateway responded, not the function.</strong> Its responses have no code.</p></div>`;
  }
  return html`
    <div class="advice ${getTone(entry.status)}">
      <p><strong>${outcome}.</strong> ${withCode(entry.remedy)}</p>
      <p class="muted"><span class="actor">${entry.actor} acts</span> · Retry: ${withCode(entry.retry)}</p>
      <p><a href="/problems#${outcome.toLowerCase()}" target="_blank" rel="noopener">More about ${outcome} ${icon('link')}</a></p>
    </div>
  `;
};

/** @param {ShownResponse} response */
const headerList = ({ headers }) => html`
  <div class="headers" role="region" tabindex="0" aria-label="Response headers">
    <dl>${headers.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </div>
`;
