/** The trace of the selected call: a waterfall of its steps, each with its details. */

/** @import { TracedCall, TraceStep } from '../../../trace/traced-call.ts' */
/** @import { Axis } from '../waterfall.js' */
/** @import { State } from '../store.js' */

import { html, nothing, svg } from 'lit-html';
import { findSelectedCall } from '../call-selection.js';
import { formatMs, formatTime, getTone } from '../format.js';
import { icon } from '../icons.js';
import { copyAsCurl, isOwnCall, sendAgain } from '../replay.js';
import { moveFocus } from '../roving.js';
import { update } from '../store.js';
import { toAxis, toBar } from '../waterfall.js';
import { stepDetails, stepSummary, stepTitle } from './steps.js';

/** @param {State} state */
export const trace = (state) => {
  const call = findSelectedCall(state);
  return html`
    <section class="panel trace-panel" aria-labelledby="trace-title">
      <div class="panel-head">
        <h2 id="trace-title">Trace</h2>
        ${call ? callHead(call, state) : nothing}
      </div>
      ${call ? waterfall(call, state) : html`<p class="empty">${state.calls.length === 0 ? 'The trace of a call shows its steps with their times: API Gateway, parsing, Secrets Manager, Kaleyra, the mapping and the log event.' : 'Select a call to see its steps.'}</p>`}
    </section>
  `;
};

/** @param {TracedCall} call @param {State} state */
const callHead = (call, { copied }) => html`
  <p class="status-line">
    ${call.result ? html`<span class="status ${getTone(call.result.status)}">${call.result.outcome}</span> <span class="ms">${formatMs(call.result.totalMs)}</span>` : html`<span class="status running">Running</span>`}
    <span class="muted wide-only">${formatTime(call.startedAt)} · ${call.request.tenant_id ?? call.channel}</span>
  </p>
  <div class="button-row">
    <button type="button" class="button small" @click=${() => copyAsCurl(call)}>${icon(copied === 'curl' ? 'done' : 'copy')}${copied === 'curl' ? 'Copied' : 'Copy as curl'}</button>
    <button type="button" class="button small" title=${isOwnCall(call) ? nothing : 'The trace has neither the password nor the whole number: the form fills them in'} @click=${() => sendAgain(call)}>${icon('again')}Send again</button>
  </div>
`;

/** @param {TracedCall} call @param {State} state */
const waterfall = (call, state) => {
  const axis = toAxis(call);
  const selected = selectStep(call, state);
  const step = call.steps[selected];
  return html`
    <div class="waterfall">
      <div class="axis" aria-hidden="true">
        <svg>${axis.ticks.map((tick) => svg`<text x="${position(tick, axis)}%" y="15">${formatTick(tick)}</text>`)}</svg>
      </div>
      <ol class="steps" @keydown=${moveFocus}>
        ${call.steps.map((one, index) => stepRow(call, one, index, axis, index === selected))}
      </ol>
    </div>
    ${
      step
        ? html`<div id="step" class="step-details" role="region" tabindex="0" aria-label="${stepTitle(step)}: details">${stepDetails(step)}</div>`
        : nothing
    }
  `;
};

/** The step that was selected, or else the one that is running, the last exchange with Kaleyra, or the mapping. @param {TracedCall} call @param {State} state */
const selectStep = ({ id, steps, result }, { selectedStep }) => {
  if (selectedStep?.callId === id) return selectedStep.index;
  if (!result) return steps.length - 1;
  const kaleyra = steps.findLastIndex(({ kind }) => kind === 'kaleyra');
  return kaleyra >= 0
    ? kaleyra
    : Math.max(
        0,
        steps.findIndex(({ kind }) => kind === 'mapping'),
      );
};

/** @param {TracedCall} call @param {TraceStep} step @param {number} index @param {Axis} axis @param {boolean} isSelected */
const stepRow = (call, step, index, axis, isSelected) => {
  const { x, width } = toBar(step, axis);
  const select = () => update({ selectedStep: { callId: call.id, index } });
  return html`
    <li class="step step-${step.kind} ${step.durationMs === undefined ? 'running' : ''} ${'error' in step && step.error ? 'failed' : ''}">
      <button
        type="button"
        class="step-head"
        data-roving
        tabindex=${isSelected ? 0 : -1}
        aria-current=${isSelected}
        aria-controls="step"
        @click=${select}
        @focus=${() => isSelected || select()}
      >
        <span class="step-name"><strong>${stepTitle(step)}</strong> <span class="step-summary">${stepSummary(step)}</span></span>
        <span class="lane" aria-hidden="true">
          <svg>
            ${axis.ticks.map((tick) => svg`<line class="grid" x1="${position(tick, axis)}%" x2="${position(tick, axis)}%" y1="0" y2="100%"/>`)}
            <rect class="bar" x=${x} y="8" width=${width} height="12" rx="1.5"/>
          </svg>
        </span>
        <span class="step-ms">${step.durationMs === undefined ? '…' : formatMs(step.durationMs)}</span>
      </button>
    </li>
  `;
};

/** @param {number} tick @param {Axis} axis */
const position = (tick, { endMs }) => (100 * tick) / endMs;

/** @param {number} ms */
const formatTick = (ms) => (ms >= 1000 ? `${ms / 1000} s` : `${Number(ms.toFixed(2))} ms`);
