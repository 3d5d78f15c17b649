/** The page's state, and the only way to change it. */

/** @import { ControlState } from '../../controls/controls.ts' */
/** @import { TracedCall } from '../../trace/traced-call.ts' */
/** @import { ConsoleData } from '../console-data.ts' */

/** @typedef {keyof ConsoleData['sample']} FieldName */

/**
 * @typedef {object} ConsoleRequest
 * @property {Readonly<Record<FieldName, string>>} fields
 * @property {TracedCall['channel']} channel
 * @property {'text/plain' | 'padding' | 'no-claim' | undefined} extra what makes the request fail in a way that no field can
 */

/**
 * The last call that the page sent. Its state is the only source of the response panel, so that nothing of an earlier
 * call remains visible.
 * @typedef {{ readonly startedAt: number } & (
 *   | { readonly state: 'running' }
 *   | { readonly state: 'cancelled', readonly ms: number }
 *   | { readonly state: 'failed', readonly ms: number, readonly message: string }
 *   | { readonly state: 'done', readonly ms: number, readonly response: ShownResponse }
 * )} Run
 */

/**
 * @typedef {object} ShownResponse
 * @property {number} status
 * @property {string} statusText
 * @property {readonly (readonly [string, string])[]} headers
 * @property {string} text
 * @property {string} outcome the code, `Verified`, or empty if the gateway responded
 * @property {TracedCall['channel']} channel
 * @property {boolean} isFunctionError whether Lambda reports that the function threw
 */

/**
 * @typedef {object} State
 * @property {ConsoleData} data
 * @property {ConsoleRequest} request
 * @property {string | undefined} choice key of the selected outcome
 * @property {'outcomes' | 'simulate'} inputTab
 * @property {string} language of the code
 * @property {Readonly<Record<string, string>>} code by language
 * @property {Run | undefined} run the last call that the page sent
 * @property {readonly TracedCall[]} calls newest first
 * @property {boolean} isFollowing whether the newest call is selected
 * @property {string | undefined} selectedCall id of the call that is selected if not the newest one is
 * @property {{ readonly tenant: string, readonly outcome: string }} filter empty strings show everything
 * @property {{ readonly callId: string, readonly index: number } | undefined} selectedStep absent: the most telling one
 * @property {ControlState | undefined} controls what the sandbox simulates
 * @property {'connecting' | 'live' | 'lost'} connection
 * @property {string} copied label of the button that copied last, for a moment
 * @property {string} announcement read out by screen readers
 */

/** @type {State} */
let state;

/** @type {(state: State) => void} */
let render;

let isScheduled = false;

/**
 * Sets the first state and the function that draws it.
 * @param {State} first
 * @param {(state: State) => void} draw
 */
export const startStore = (first, draw) => {
  state = first;
  render = draw;
  render(state);
};

export const getState = () => state;

/**
 * Changes some properties, and draws once per frame, however many changes arrive meanwhile.
 * @param {Partial<State>} changes
 */
export const update = (changes) => {
  state = { ...state, ...changes };
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    render(state);
  });
};
