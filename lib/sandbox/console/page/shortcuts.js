/** Keyboard shortcuts of the whole page. */

import { findSelectedCall } from './call-selection.js';
import { openHelp } from './panels/help.js';
import { copyAsCurl, sendAgain } from './replay.js';
import { cancel, isRunning, send } from './send.js';
import { areSingleKeysOn } from './single-keys.js';
import { getState } from './store.js';

export const listenForShortcuts = () => document.addEventListener('keydown', act);

/** @param {KeyboardEvent} event */
const act = (event) => {
  if (document.querySelector('dialog[open]')) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  } else if (event.key === 'Escape' && isRunning()) {
    cancel();
  } else if (areSingleKeysOn() && !isTyping(event) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    actOnSingleKey(event);
  }
};

/** @param {KeyboardEvent} event */
const isTyping = ({ target }) =>
  target instanceof Element && target.matches('input:not([type=radio]), select, textarea');

/** @param {KeyboardEvent} event */
const actOnSingleKey = (event) => {
  const call = findSelectedCall(getState());
  if (event.key === '?') openHelp();
  else if (event.key === '/') document.querySelector('select')?.focus();
  else if (event.key === 'r' && call) sendAgain(call);
  else if (event.key === 'c' && call) copyAsCurl(call);
  else return;
  event.preventDefault();
};
