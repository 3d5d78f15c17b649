/** The outcomes, grouped by who has to act. Choosing one fills the form. */

/** @import { OutcomeChoice, OutcomeGroup } from '../console-data.ts' */
/** @import { State } from './store.js' */

import { html } from 'lit-html';
import { useUp } from './controls.js';
import { moveFocus } from './elements.js';
import { getTone, withCode } from './format.js';
import { chooseOutcome } from './request.js';

/** @type {Readonly<Record<OutcomeGroup['actor'], readonly [title: string, sentence: string]>>} */
const groups = {
  none: ['Success', 'No action is needed.'],
  caller: ['The caller acts', 'Your program, or its user.'],
  tenant: ['The tenant acts', 'The owner of the Kaleyra account.'],
  operator: ['The operator acts', 'The team that runs this API.'],
  Kaleyra: ['Kaleyra acts', 'Wait, then retry.'],
};

/** @param {OutcomeChoice} choice */
const choose = (choice) => {
  chooseOutcome(choice);
  if (choice.request?.extra === 'use-up') useUp(choice.request.fields);
};

/** @param {State} state */
export const outcomes = ({ data, choice }) => html`
  <div @keydown=${moveFocus}>
    ${data.groups.map(
      ({ actor, outcomes }) => html`
        <section aria-labelledby="group-${actor}">
          <h3 id="group-${actor}" class="padded">${groups[actor][0]} <span class="muted">${groups[actor][1]}</span></h3>
          ${outcomes.map((outcome) => outcomeButton(outcome, choice))}
        </section>
      `,
    )}
  </div>
`;

/** The Tab key stops at the chosen outcome, or at the first one. @param {OutcomeChoice} outcome @param {string | undefined} choice */
const outcomeButton = (outcome, choice = 'Verified') => html`
  <button
    type="button"
    class="row"
    data-outcome=${outcome.key}
    tabindex=${outcome.key === choice ? 0 : -1}
    aria-current=${outcome.key === choice}
    ?disabled=${!outcome.request}
    @click=${() => choose(outcome)}
  >
    <code>${outcome.code}</code>
    <code class=${getTone(outcome.status)}>${outcome.status}</code>
    <span class="wide muted">${withCode(outcome.sentence)}</span>
  </button>
`;
