/** Colours for code: one tokenizer that fits all languages of the console. */

import { html } from 'lit-html';

/** Names of JSON fields, strings, comments, numbers and words, in this order. */
const token =
  /("(?:[^"\\\n]|\\.)*"(?=\s*:))|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|((?<![:\w'"])\/\/[^\n]*|^#[^\n]*)|(?<![\w./:-])(\d+(?:\.\d+)?)(?![\w./:-])|\b(const|let|val|var|new|import|package|func|fun|return|await|async|using|try|catch|if|defer|require_once|export|true|false|null|nil|from|aws|curl)\b/gm;

const classes = ['key', 'string', 'comment', 'number', 'word'];

/** @param {string} code */
const highlight = (code) => {
  const parts = [];
  let end = 0;
  for (const match of code.matchAll(token)) {
    const [text, ...groups] = match;
    parts.push(code.slice(end, match.index));
    parts.push(
      html`<span class="t-${classes[groups.findIndex((group) => group !== undefined)]}">${text}</span>`,
    );
    end = match.index + text.length;
  }
  parts.push(code.slice(end));
  return parts;
};

/** JSON with line breaks, if the text is JSON. @param {string} text */
export const formatJson = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/**
 * A block of code that scrolls by keyboard too.
 * @param {string} label
 * @param {string} code
 */
export const codeBlock = (label, code) =>
  html`<pre class="code" role="region" tabindex="0" aria-label=${label}><code>${highlight(code)}</code></pre>`;
