/** The header: where the sandbox is, what it simulates, links, theme and help. */

/** @import { State } from './store.js' */

import { html, nothing } from 'lit-html';
import { describeSimulation, resetAll } from './controls.js';
import { button, icon } from './elements.js';
import { update } from './store.js';

const connections = /** @type {const} */ ({
  connecting: ['muted', 'Connecting'],
  live: ['good', 'Live'],
  lost: ['bad', 'Sandbox not reachable'],
});

const shortcuts = [
  ['Ctrl Enter', 'Send, from anywhere. On a Mac: ⌘ Enter'],
  ['Esc', 'Cancel the running call'],
  ['↑ ↓', 'Move among outcomes, calls, steps and tabs'],
];

const themes = ['auto', 'light', 'dark'];

/** The theme that the browser remembers. */
const getTheme = () => themes.find((theme) => theme === localStorage.getItem('console-theme')) ?? 'auto';

export const applyTheme = () => {
  const theme = getTheme();
  document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
};

const cycleTheme = () => {
  const next = themes[(themes.indexOf(getTheme()) + 1) % themes.length] ?? 'auto';
  localStorage.setItem('console-theme', next);
  applyTheme();
  update({ announcement: `Theme: ${next}` });
};

/** @param {State} state */
export const header = ({ data, connection, controls }) => html`
  <header class="line padded ruled">
    <a class="visually-hidden" href="#request">Skip to the request</a>
    <h1 class="line"><img src="/console/icon.svg" alt="" width="22" height="22">Number verification <span class="muted">sandbox</span></h1>
    <p>Pod ${data.pod} <span class="muted">${data.kaleyraHost}${data.isKaleyraSimulated ? ', simulated' : ''}</span></p>
    <p class="line end ${connections[connection][0]}" role="status">${icon('dot')}${connections[connection][1]}</p>
    <nav class="line" aria-label="Reference">
      <a href="/problems" target="_blank" rel="noopener">Failure codes</a>
      <a href="/openapi.json" target="_blank" rel="noopener">OpenAPI</a>
      <button type="button" class="button" @click=${cycleTheme} aria-label="Theme: ${getTheme()}" title="Theme: ${getTheme()}">${icon('theme')}</button>
      <button type="button" class="button" popovertarget="help" aria-label="Keyboard shortcuts" title="Keyboard shortcuts">?</button>
    </nav>
    <dl id="help" class="padded" popover aria-label="Keyboard shortcuts">
      ${shortcuts.map(([keys, sentence]) => html`<dt><kbd>${keys}</kbd></dt><dd>${sentence}</dd>`)}
    </dl>
  </header>
  <div role="status">
    ${
      controls && controls.active > 0
        ? html`<div id="simulation" class="line padded ruled sunken">
            <strong class="warn">Simulating</strong>
            ${describeSimulation(controls).map((words) => html`<span>${words}</span>`)}
            <span class="end">${button('Reset all', resetAll)}</span>
          </div>`
        : nothing
    }
  </div>
`;
