/** The header: where the sandbox is, what it simulates, links, theme and help. */

/** @import { State } from '../store.js' */

import { html, nothing } from 'lit-html';
import { describeSimulation, resetAll } from '../controls.js';
import { icon } from '../icons.js';
import { cycleTheme, getTheme } from '../theme.js';
import { openHelp } from './help.js';

const connectionWords = { connecting: 'Connecting', live: 'Live', lost: 'Sandbox not reachable' };

/** @param {State} state */
export const header = ({ data, connection, controls }) => html`
  <header class="header">
    <a class="skip" href="#request">Skip to the request</a>
    <h1 class="brand"><img src="/console/icon.svg" alt="" width="22" height="22">Number verification <span>sandbox</span></h1>
    <p class="place"><span class="pod">Pod ${data.pod}</span><span class="host">${data.kaleyraHost}${data.isKaleyraSimulated ? ', simulated' : ''}</span></p>
    <p class="connection ${connection}" role="status"><span class="dot"></span><span class="connection-words">${connectionWords[connection]}</span></p>
    <nav class="links" aria-label="Reference">
      <a href="/problems" target="_blank" rel="noopener">Failure codes</a>
      <a href="/openapi.json" target="_blank" rel="noopener">OpenAPI</a>
    </nav>
    <button type="button" class="icon-button" @click=${cycleTheme} aria-label="Theme: ${getTheme()}" title="Theme: ${getTheme()}">
      ${icon(getTheme())}
    </button>
    <button type="button" class="icon-button help-button" @click=${openHelp} aria-label="Keyboard shortcuts" title="Keyboard shortcuts">?</button>
  </header>
  <div role="status" class="simulation-status">
    ${
      controls && controls.active > 0
        ? html`<div class="simulation">
            <strong>Simulating</strong>
            <ul>${describeSimulation(controls).map((words) => html`<li>${words}</li>`)}</ul>
            <button type="button" class="button small" @click=${resetAll}>Reset all</button>
          </div>`
        : nothing
    }
  </div>
`;
