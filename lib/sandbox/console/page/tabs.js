/** Tabs: one of several names is selected. */

import { html } from 'lit-html';
import { moveFocus } from './roving.js';

/**
 * @template {string} Id
 * @param {object} options
 * @param {string} options.label what the tabs select
 * @param {string} options.panel the id of the element that the tabs control
 * @param {readonly { readonly id: Id, readonly label: unknown }[]} options.tabs
 * @param {Id} options.selected
 * @param {(id: Id) => void} options.onSelect
 */
export const tabs = ({ label, panel, tabs, selected, onSelect }) => html`
  <div class="tabs" role="tablist" aria-label=${label} @keydown=${moveFocus}>
    ${tabs.map(
      ({ id, label: name }) => html`
        <button
          type="button"
          role="tab"
          data-roving
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
