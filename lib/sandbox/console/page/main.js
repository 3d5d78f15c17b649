/** Starts the console: loads what it knows about the sandbox, draws the page, follows the events. */

/** @import { State } from './store.js' */

import { html, render } from 'lit-html';
import { callList, followEvents } from './calls.js';
import { refreshCode, requestCode } from './code.js';
import { tabs } from './elements.js';
import { applyTheme, header } from './header.js';
import { outcomes } from './outcomes.js';
import { chooseOutcome, requestBar, requestForm } from './request.js';
import { response } from './response.js';
import { cancel, send } from './send.js';
import { simulate } from './simulate.js';
import { getState, startStore, update } from './store.js';
import { trace } from './trace.js';

/** How often running times are drawn, in milliseconds. */
const tickMs = 100;

/** @param {State} state */
const page = (state) => html`
  ${header(state)}
  <main>
    <div class="input panel">
        ${requestForm(state)}
        ${tabs({
          label: 'What to try',
          panel: 'input',
          tabs: [
            { id: 'outcomes', label: 'Outcomes' },
            {
              id: 'simulate',
              label: state.controls?.active ? `Simulate ${state.controls.active}` : 'Simulate',
            },
          ],
          selected: state.inputTab,
          onSelect: (inputTab) => update({ inputTab }),
        })}
        ${
          // Two elements, so that one does not keep the scroll position of the other.
          state.inputTab === 'outcomes'
            ? html`<div id="input" class="scroll" role="tabpanel" aria-labelledby="input-outcomes">${outcomes(state)}</div>`
            : html`<div id="input" class="scroll" role="tabpanel" aria-labelledby="input-simulate">${simulate(state)}</div>`
        }
    </div>
    ${requestBar(state)}
    <div class="pair">${requestCode(state)}${response(state)}</div>
    <div class="pair calls-and-trace">${callList(state)}${trace(state)}</div>
  </main>
  <p class="visually-hidden" role="status">${state.announcement}</p>
`;

/** @param {State} state */
const draw = (state) => {
  render(page(state), document.body);
  refreshCode();
};

/** @param {KeyboardEvent} event */
const actOnShortcut = (event) => {
  if (event.key === 'Escape') cancel();
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  send();
};

/** @type {State['data']} */
const data = await (await fetch('/console/data.json')).json();
applyTheme();
startStore(
  {
    data,
    request: { fields: data.sample, channel: 'http', extra: undefined },
    choice: 'Verified',
    inputTab: 'outcomes',
    language: 'curl',
    code: {},
    run: undefined,
    calls: [],
    isFollowing: true,
    selectedCall: undefined,
    filter: { tenant: '', outcome: '' },
    selectedStep: undefined,
    controls: undefined,
    connection: 'connecting',
    copied: '',
    announcement: '',
  },
  draw,
);
// The links from the failure codes name an outcome.
const named = data.groups
  .flatMap(({ outcomes }) => outcomes)
  .find(({ code }) => code === location.hash.slice(1));
if (named) chooseOutcome(named);
followEvents();
document.addEventListener('keydown', actOnShortcut);
setInterval(() => {
  const { run, calls } = getState();
  if (run?.state === 'running' || calls.some(({ result }) => !result)) update({});
}, tickMs);
