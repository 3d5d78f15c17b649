/** Copies text to the clipboard and says so. */

import { update } from './store.js';

/** How long the button says that it has copied, in milliseconds. */
const shownMs = 1600;

/**
 * @param {string} what identifies the button
 * @param {string} text
 */
export const copy = async (what, text) => {
  try {
    await navigator.clipboard.writeText(text);
    update({ copied: what, announcement: 'Copied' });
  } catch {
    update({ copied: '', announcement: 'The browser does not allow copying' });
  }
  setTimeout(() => update({ copied: '' }), shownMs);
};
