/**
 * Whether shortcuts of a single key are on. People who dictate need to switch them off.
 * Source: https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts.html
 */

const storageKey = 'console-single-keys';

export const areSingleKeysOn = () => localStorage.getItem(storageKey) !== 'off';

/** @param {boolean} isOn */
export const setSingleKeys = (isOn) => localStorage.setItem(storageKey, isOn ? 'on' : 'off');
