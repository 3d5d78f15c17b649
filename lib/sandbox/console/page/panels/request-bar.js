/** The line that sends the request: method and path, entry point, Send. */

/** @import { State } from '../store.js' */

import { html } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { formatSeconds } from '../format.js';
import { setChannel, toPath } from '../request.js';
import { cancel } from '../send.js';

const channels = /** @type {const} */ ([
  ['http', 'HTTP'],
  ['direct', 'Direct'],
]);

/** @param {State} state */
export const requestBar = ({ request, run, data }) => html`
  <div class="request-bar">
    <p class="request-line" title=${getTarget(request, data)}>
      <span class="method">${request.channel === 'http' ? 'POST' : 'Invoke'}</span>
      <span class="path">${getTarget(request, data)}</span>
    </p>
    <fieldset class="segments">
      <legend class="visually-hidden">Entry point</legend>
      ${channels.map(
        ([id, label]) => html`
          <label><input type="radio" name="channel" value=${id} .checked=${live(id === request.channel)} @change=${() => setChannel(id)}><span>${label}</span></label>
        `,
      )}
    </fieldset>
    ${
      run?.state === 'running'
        ? html`<button type="button" class="send running" @click=${cancel}>Cancel <span class="elapsed">${formatSeconds(performance.now() - run.startedAt)}</span></button>`
        : html`<button type="submit" form="request" class="send">Send <kbd>Ctrl ↵</kbd></button>`
    }
  </div>
`;

/** @param {State['request']} request @param {State['data']} data */
const getTarget = (request, data) => (request.channel === 'http' ? toPath(request) : data.functionName);
