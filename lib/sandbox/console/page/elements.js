/** Buttons and tabs that several panels use. */

import { html } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { getState, update } from './store.js';

const shapes = {
  theme: 'M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M8 2.5v11M8 5h4.5M8 8h5.5M8 11h4.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  dot: 'M6.5 6.7h3M6.5 8h3M6.5 9.3h3',
  close: 'm4 4 8 8M12 4l-8 8',
};

/** @param {string} label @param {() => void} act @param {boolean} [isDisabled] */
export const button = (label, act, isDisabled = false) =>
  html`<button type="button" class="button" ?disabled=${isDisabled} @click=${act}>${label}</button>`;

/** @param {keyof typeof shapes} name */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${shapes[name]} /></svg>`;

const moves = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

/**
 * Moves the focus among the buttons of a list, which is one stop of the Tab key.
 * @param {KeyboardEvent} event
 */
export const moveFocus = (event) => {
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = [...list.querySelectorAll('button:enabled')];
  const at = buttons.indexOf(/** @type {Element} */ (document.activeElement));
  const move = moves[/** @type {keyof typeof moves} */ (event.key)];
  if (!move || at < 0) return;
  event.preventDefault();
  const to = Math.min(Math.max(at + move, 0), buttons.length - 1);
  /** @type {HTMLElement} */ (buttons[to]).focus();
};

/**
 * @template {string} Id
 * @param {object} options
 * @param {string} options.label what the tabs select
 * @param {string} options.panel the id of the element that the tabs control
 * @param {readonly { readonly id: Id, readonly label: string }[]} options.tabs
 * @param {Id} options.selected
 * @param {(id: Id) => void} options.onSelect
 */
export const tabs = ({ label, panel, tabs, selected, onSelect }) => html`
  <div class="line tabs ruled" role="tablist" aria-label=${label} @keydown=${moveFocus}>
    ${tabs.map(
      ({ id, label: name }) => html`
        <button
          type="button"
          role="tab"
          class="tab"
          id="${panel}-${id}"
          aria-controls=${panel}
          aria-selected=${id === selected}
          tabindex=${id === selected ? 0 : -1}
          @click=${() => onSelect(id)}
          @focus=${() => id !== selected && onSelect(id)}
        >${name}</button>
      `,
    )}
  </div>
`;

/**
 * Radio buttons in one line.
 * @template {string} Value
 * @param {string} name
 * @param {readonly (readonly [Value, string])[]} options values and labels
 * @param {Value} current
 * @param {(value: Value) => void} onChange
 */
export const segments = (name, options, current, onChange) => html`
  <div class="line">
    ${options.map(
      ([value, label]) => html`
        <label class="segment"><input type="radio" name=${name} .checked=${live(value === current)} @change=${() => onChange(value)}>${label}</label>
      `,
    )}
  </div>
`;

/** How long a button says that it has copied, in milliseconds. */
const shownMs = 1600;

/** @param {string} label @param {() => string | Promise<string>} getText */
export const copyButton = (label, getText) => {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await getText());
      update({ copied: label, announcement: 'Copied' });
    } catch {
      update({ announcement: 'The browser does not allow copying' });
    }
    setTimeout(() => update({ copied: '' }), shownMs);
  };
  return html`
    <button type="button" class="button" @click=${copy}>${icon('copy')}${getState().copied === label ? 'Copied' : label}</button>
  `;
};
