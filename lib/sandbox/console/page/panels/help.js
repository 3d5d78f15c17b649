/** The dialog with the keyboard shortcuts. */

import { html } from 'lit-html';
import { areSingleKeysOn, setSingleKeys } from '../single-keys.js';

const shortcuts = [
  ['Ctrl Enter', 'Send, from anywhere. On a Mac: ⌘ Enter'],
  ['Esc', 'Cancel the running call'],
  ['↑ ↓', 'Move among outcomes, calls and tabs'],
  ['/', 'Filter the calls'],
  ['r', 'Send the selected call again'],
  ['c', 'Copy the selected call as curl'],
  ['?', 'Show this list'],
];

const dialogId = 'help';

export const openHelp = () =>
  /** @type {HTMLDialogElement | null} */ (document.getElementById(dialogId))?.showModal();

export const help = () => html`
  <dialog id=${dialogId} aria-labelledby="help-title">
    <h2 id="help-title">Keyboard</h2>
    <dl class="shortcuts">
      ${shortcuts.map(([keys, sentence]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${sentence}</dd></div>`)}
    </dl>
    <label class="check"><input type="checkbox" .checked=${areSingleKeysOn()} @change=${(/** @type {Event} */ { target }) => setSingleKeys(/** @type {HTMLInputElement} */ (target).checked)}> Shortcuts of a single key</label>
    <form method="dialog"><button class="button">Close</button></form>
  </dialog>
`;
