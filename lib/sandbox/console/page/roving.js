/** Arrow keys for a list of buttons that is one stop of the Tab key. */

/**
 * Moves the focus among the buttons of the element that the handler is on.
 * @param {KeyboardEvent} event
 */
export const moveFocus = (event) => {
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = [...list.querySelectorAll('button:not([disabled])[data-roving]')];
  const at = buttons.indexOf(/** @type {Element} */ (document.activeElement));
  if (at < 0) return;
  const next = nextIndex(event.key, at, buttons.length);
  if (next === undefined) return;
  event.preventDefault();
  /** @type {HTMLElement | undefined} */ (buttons[next])?.focus();
};

/** @param {string} key @param {number} at @param {number} count */
const nextIndex = (key, at, count) => {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return Math.min(at + 1, count - 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
};
