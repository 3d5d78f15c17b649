/** The page's icons, drawn as strokes in the text's colour. */

import { html, svg } from 'lit-html';

const shapes = {
  auto: svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11Z" fill="currentColor"/>`,
  light: svg`<circle cx="8" cy="8" r="3"/><path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1"/>`,
  dark: svg`<path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>`,
  done: svg`<path d="m3 8.5 3.2 3.2L13 5"/>`,
  again: svg`<path d="M13 8a5 5 0 1 1-1.6-3.700M13 2v3h-3"/>`,
  chevron: svg`<path d="m6 4 4 4-4 4"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  link: svg`<path d="M6 3H3.5A.5.5 0 0 0 3 3.5v9a.5.5 0 0 0 .5.5h9a.5.5 0 0 0 .5-.5V10M9 3h4v4M13 3 7 9"/>`,
};

/** @param {keyof typeof shapes} name */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${shapes[name]}</svg>`;
