/** The trace of the selected call: a waterfall of its steps, each with its details. */

/** @import { TracedCall, TraceStep } from '../../trace/traced-call.ts' */
/** @import { ConsoleRequest, State } from './store.js' */

import { html, nothing, svg } from 'lit-html';
import { findSelectedCall } from './calls.js';
import { toCurl } from './code.js';
import { copyButton, icon, moveFocus } from './elements.js';
import { formatMs, formatTime, getTone } from './format.js';
import { getSentRequest, send } from './send.js';
import { describeStep } from './steps.js';
import { getState, update } from './store.js';

/** @param {State} state */
export const trace = (state) => {
  const call = findSelectedCall(state);
  return html`
    <section class="panel" aria-labelledby="trace-title">
      <div class="line padded"><h2 id="trace-title">Trace</h2>${call ? callHead(call) : nothing}</div>
      ${call ? waterfall(call, state) : html`<p class="padded muted">${state.calls.length === 0 ? 'The trace of a call shows its steps with their times: API Gateway, parsing, Secrets Manager, Kaleyra, the mapping and the log event.' : 'Select a call to see its steps.'}</p>`}
    </section>
  `;
};

/** @param {TracedCall} call */
const callHead = (call) => {
  const { result, startedAt, request, channel } = call;
  return html`
    <p>
      ${result ? html`<code class=${getTone(result.status)}>${result.outcome}</code> ${formatMs(result.totalMs)}` : html`<code class="accent">Running</code>`}
      <span class="muted">${formatTime(startedAt)} · ${request.tenant_id ?? channel}</span>
    </p>
    ${result?.outcome === 'GatewayRefused' ? nothing : replay(call)}
  `;
};

/** @param {TracedCall} call */
const replay = (call) => html`
  <div class="line end">
    ${copyButton('Copy as curl', () => toCurl(toRequest(call)))}
    <button
      type="button"
      class="button"
      title=${getSentRequest(call.id) ? nothing : 'The trace has neither the password nor the whole number: the form fills them in'}
      @click=${() => sendAgain(call)}
    >${icon('again')}Send again</button>
  </div>
`;

/** @param {TracedCall} call */
const sendAgain = (call) => {
  update({ request: toRequest(call), choice: undefined });
  send();
};

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
  const lastFour = (request.phone_number ?? fields.phone_number).slice(-4);
  const phone_number = fields.phone_number.slice(0, -4) + lastFour;
  return { channel, fields: { ...fields, ...request, phone_number }, extra: undefined };
};

/** @param {TracedCall} call @param {State} state */
const waterfall = (call, state) => {
  const axis = toAxis(call);
  const selected = selectStep(call, state);
  const step = call.steps[selected];
  return html`
    <div>
      <div class="row step" aria-hidden="true">
        <span class="wide"></span>
        <svg class="lane muted">${axis.ticks.map((tick) => svg`<text x="${(100 * tick) / axis.endMs}%" y="15">${tick >= 1000 ? `${tick / 1000} s` : `${Number(tick.toFixed(2))} ms`}</text>`)}</svg>
      </div>
      <ol @keydown=${moveFocus}>
        ${call.steps.map((one, index) => stepRow(call, one, index, axis, index === selected))}
      </ol>
    </div>
    ${step ? stepDetails(step, call) : nothing}
  `;
};

/** @param {TraceStep} step @param {TracedCall} call */
const stepDetails = (step, call) => {
  const { title, details } = describeStep(step, call);
  return html`<div id="step" class="scroll padded stack" role="region" tabindex="0" aria-label="${title}: details">${details()}</div>`;
};

/** The step that was selected, or else the one that is running, the last exchange with Kaleyra, or the mapping. @param {TracedCall} call @param {State} state */
const selectStep = ({ id, steps, result }, { selectedStep }) => {
  if (selectedStep?.callId === id) return selectedStep.index;
  if (!result) return steps.length - 1;
  const kaleyra = steps.findLastIndex(({ kind }) => kind === 'kaleyra');
  const mapping = steps.findIndex(({ kind }) => kind === 'mapping');
  return Math.max(kaleyra < 0 ? mapping : kaleyra, 0);
};

/** The colours of the bars: the services, the function's own work, and what is around it. @type {Readonly<Record<TraceStep['kind'], string>>} */
const tones = {
  gateway: 'muted',
  parse: 'accent',
  credentials: 'warn',
  attempts: 'warn',
  kaleyra: 'good',
  mapping: 'accent',
  log: 'muted',
  'outcome-event': 'muted',
};

/** @param {TracedCall} call @param {TraceStep} step @param {number} index @param {Axis} axis @param {boolean} isSelected */
const stepRow = (call, step, index, axis, isSelected) => {
  const { title, summary } = describeStep(step, call);
  const select = () => isSelected || update({ selectedStep: { callId: call.id, index } });
  const isRunning = step.durationMs === undefined;
  const hasFailed = 'error' in step && step.error;
  return html`
    <li>
      <button
        type="button"
        class="row step ruled"
        tabindex=${isSelected ? 0 : -1}
        aria-current=${isSelected}
        aria-controls="step"
        @click=${select}
        @focus=${select}
      >
        <span class="wide"><strong>${title}</strong> <span class="muted">${summary}</span></span>
        <svg class="lane ${hasFailed ? 'bad' : tones[step.kind]}" aria-hidden="true">${bar(step, axis)}</svg>
        <code class="muted">${isRunning ? '…' : formatMs(step.durationMs ?? 0)}</code>
      </button>
    </li>
  `;
};

/**
 * @typedef {object} Axis
 * @property {number} endMs
 * @property {readonly number[]} ticks in milliseconds
 */

/** The time axis, with roughly five ticks. @param {TracedCall} call @returns {Axis} */
const toAxis = ({ startedAt, steps, result }) => {
  const ends = steps.map(({ startMs, durationMs = 0 }) => startMs + durationMs);
  // A running call has lasted until now: the browser's clock is the sandbox's, because both are on the same machine.
  const endMs = Math.max(1, result?.totalMs ?? Date.now() - Date.parse(startedAt), ...ends);
  const power = 10 ** Math.floor(Math.log10(endMs / 5));
  const tick = power * ([1, 2, 5].find((factor) => factor * power >= endMs / 5) ?? 10);
  const ticks = Array.from({ length: Math.ceil((0.97 * endMs) / tick) }, (_, index) => index * tick);
  return { endMs, ticks };
};

/** The bar of a step, at least 3 pixels wide. That of a running step reaches to the end. @param {TraceStep} step @param {Axis} axis */
const bar = ({ startMs, durationMs = Infinity }, { endMs, ticks }) => {
  const x = (100 * Math.min(startMs, endMs)) / endMs;
  const width = Math.min((100 * durationMs) / endMs, 100 - x);
  return svg`
    ${ticks.map((tick) => svg`<line x1="${(100 * tick) / endMs}%" x2="${(100 * tick) / endMs}%" y1="0" y2="100%"/>`)}
    <rect x="${x}%" y="25%" width=${width < 0.5 ? '3' : `${width}%`} height="50%" rx="1.5"/>
  `;
};
