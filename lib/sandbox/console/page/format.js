/** Numbers, times, sentences and code as the page shows them. */

import { html } from 'lit-html';

/** @param {number} ms */
export const formatMs = (ms) => {
  if (ms === 0) return '0 ms';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
};

/** Seconds of a call that is running. @param {number} ms */
export const formatSeconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** @param {string} time RFC 3339 */
export const formatTime = (time) => new Date(time).toTimeString().slice(0, 8);

/** JSON with line breaks, if the text is JSON. @param {string} text */
export const formatJson = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** A sentence whose code is in backticks. @param {string} sentence */
export const withCode = (sentence) =>
  sentence.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

/** The CSS class of a status. @param {number} status */
export const getTone = (status) => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad');

/** The colours of JSON's field names, strings, comments and literals, in all languages of the console. */
const token =
  /(?<accent>"(?:[^"\\\n]|\\.)*"(?=\s*:))|(?<good>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(?<muted>(?<![:/\w'"])\/\/[^\n]*|^#[^\n]*)|(?<warn>(?<![\w./:-])(?:\d+(?:\.\d+)?|true|false|null)(?![\w./:-]))/gm;

/** @param {string} code */
const highlight = (code) => {
  const parts = [];
  let end = 0;
  for (const { 0: text, index, groups = {} } of code.matchAll(token)) {
    const color = Object.keys(groups).find((name) => groups[name] !== undefined);
    parts.push(code.slice(end, index), html`<span class=${color}>${text}</span>`);
    end = index + text.length;
  }
  return [...parts, code.slice(end)];
};

/**
 * A block of code that scrolls by keyboard too.
 * @param {string} label
 * @param {string} code
 */
export const codeBlock = (label, code) =>
  html`<pre class="code padded" role="region" tabindex="0" aria-label=${label}>${highlight(code)}</pre>`;
