/** The outcomes, grouped by who has to act. Choosing one fills the form. */

/** @import { OutcomeChoice, OutcomeGroup } from '../../console-data.ts' */
/** @import { State } from '../store.js' */

import { html } from 'lit-html';
import { useUp } from '../controls.js';
import { getTone, withCode } from '../format.js';
import { chooseOutcome } from '../request.js';
import { moveFocus } from '../roving.js';

/** @type {Readonly<Record<OutcomeGroup['actor'], { title: string, sentence: string }>>} */
const groups = {
  none: { title: 'Success', sentence: 'No action is needed.' },
  caller: { title: 'The caller acts', sentence: 'Your program, or its user.' },
  tenant: { title: 'The tenant acts', sentence: 'The owner of the Kaleyra account.' },
  operator: { title: 'The operator acts', sentence: 'The team that runs this API.' },
  Kaleyra: { title: 'Kaleyra acts', sentence: 'Wait, then retry.' },
};

/** @param {OutcomeChoice} choice */
const choose = (choice) => {
  chooseOutcome(choice);
  const fields = choice.request?.fields;
  if (choice.request?.extra !== 'use-up' || !fields) return;
  useUp({ tenant_id: fields.tenant_id, id: fields.id, phone_number: fields.phone_number });
};

/** @param {State} state */
export const outcomes = ({ data, choice }) => {
  // The Tab key stops at the chosen outcome, or at the first one.
  const stop = choice ?? data.groups[0]?.outcomes[0]?.key;
  return html`
    <div class="outcomes" @keydown=${moveFocus}>
      ${data.groups.map(
        ({ actor, outcomes }) => html`
          <section class="group" aria-labelledby="group-${actor}">
            <h3 id="group-${actor}">${groups[actor].title} <span>${groups[actor].sentence}</span></h3>
            ${outcomes.map((outcome) => outcomeButton(outcome, outcome.key === choice, outcome.key === stop))}
          </section>
        `,
      )}
    </div>
  `;
};

/** @param {OutcomeChoice} outcome @param {boolean} isChosen @param {boolean} isStop */
const outcomeButton = (outcome, isChosen, isStop) => html`
  <button
    type="button"
    class="outcome"
    data-roving
    data-outcome=${outcome.key}
    tabindex=${isStop ? 0 : -1}
    aria-pressed=${isChosen}
    ?disabled=${!outcome.request}
    @click=${() => choose(outcome)}
  >
    <span class="outcome-code">${outcome.code}</span>
    <span class="outcome-status ${getTone(outcome.status)}">${outcome.status}</span>
    <span class="outcome-sentence">${withCode(outcome.sentence)}</span>
  </button>
`;
