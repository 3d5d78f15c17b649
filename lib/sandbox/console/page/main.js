/** Starts the console: loads what it knows about the sandbox, draws the page, follows the events. */

/** @import { State } from './store.js' */

import { html, render } from 'lit-html';
import { refreshCode } from './code.js';
import { followEvents } from './live.js';
import { callList } from './panels/calls.js';
import { header } from './panels/header.js';
import { help } from './panels/help.js';
import { outcomes } from './panels/outcomes.js';
import { requestBar } from './panels/request-bar.js';
import { requestCode } from './panels/request-code.js';
import { requestForm } from './panels/request-form.js';
import { response } from './panels/response.js';
import { simulate } from './panels/simulate.js';
import { trace } from './panels/trace.js';
import { chooseOutcome } from './request.js';
import { listenForShortcuts } from './shortcuts.js';
import { getState, startStore, update } from './store.js';
import { tabs } from './tabs.js';
import { applyTheme } from './theme.js';

/** How often running times are drawn, in milliseconds. */
const tickMs = 100;

/** @param {State} state */
const page = (state) => html`
  ${header(state)}
  <main class="console">
    <div class="input"><div class="input-inner">
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
      <div id="input" class="input-panel" role="tabpanel" aria-labelledby="input-${state.inputTab}">
        ${state.inputTab === 'outcomes' ? outcomes(state) : simulate(state)}
      </div>
    </div></div>
    ${requestBar(state)}
    ${response(state)}
    ${requestCode(state)}
    ${callList(state)}
    ${trace(state)}
  </main>
  ${help()}
  <p class="visually-hidden" role="status">${state.announcement}</p>
`;

/** @param {State} state */
const draw = (state) => {
  render(page(state), document.body);
  refreshCode();
};

/** @param {State} state */
const showsRunningTime = ({ run, calls }) => run?.state === 'running' || calls.some(({ result }) => !result);

/** Chooses the outcome that the address names, as the links from the failure codes do. */
const chooseFromAddress = () => {
  const code = location.hash.slice(1);
  const found = data.groups.flatMap(({ outcomes }) => outcomes).find((outcome) => outcome.code === code);
  if (found) chooseOutcome(found);
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
    responseTab: 'body',
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
chooseFromAddress();
followEvents();
listenForShortcuts();
setInterval(() => {
  if (showsRunningTime(getState())) update({});
}, tickMs);
