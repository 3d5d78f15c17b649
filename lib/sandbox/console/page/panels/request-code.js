/** The request as code. */

/** @import { State } from '../store.js' */

import { html } from 'lit-html';
import { toShownCode } from '../code.js';
import { copy } from '../copy.js';
import { codeBlock } from '../highlight.js';
import { icon } from '../icons.js';
import { update } from '../store.js';
import { tabs } from '../tabs.js';

/** @param {State} state */
export const requestCode = ({ data, language, code, request, copied }) => {
  const text = toShownCode(code, language, request.fields.otp);
  const isCopied = copied === 'code';
  return html`
    <section class="panel code-panel" aria-labelledby="code-title">
      <div class="panel-head">
        <h2 id="code-title">Request</h2>
        <button type="button" class="button small" @click=${() => copy('code', text)}>
          ${icon(isCopied ? 'done' : 'copy')}${isCopied ? 'Copied' : 'Copy'}
        </button>
      </div>
      ${tabs({
        label: 'Language',
        panel: 'code',
        tabs: data.languages,
        selected: language,
        onSelect: (id) => update({ language: id }),
      })}
      <div id="code" role="tabpanel" aria-labelledby="code-${language}">${codeBlock('Code', text)}</div>
    </section>
  `;
};
