/** Light, dark, or as the system is. Remembered by the browser. */

import { getState, update } from './store.js';

const storageKey = 'console-theme';
const themes = /** @type {const} */ (['auto', 'light', 'dark']);

/** @returns {'auto' | 'light' | 'dark'} */
export const getTheme = () => themes.find((theme) => theme === localStorage.getItem(storageKey)) ?? 'auto';

export const applyTheme = () => {
  document.documentElement.dataset['theme'] = getTheme();
};

export const cycleTheme = () => {
  const next = themes[(themes.indexOf(getTheme()) + 1) % themes.length] ?? 'auto';
  localStorage.setItem(storageKey, next);
  applyTheme();
  update({ announcement: `Theme: ${next}`, copied: getState().copied });
};
