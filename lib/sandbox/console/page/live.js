/** Follows the sandbox's event stream: calls as they happen, and what is being simulated. */

/** @import { TracedCall } from '../../trace/traced-call.ts' */

import { getState, update, updateInNextFrame } from './store.js';

/** How many calls the page keeps: as many as the sandbox. */
const maxCalls = 200;

export const followEvents = () => {
  const source = new EventSource('/sandbox/events');
  source.onopen = () => update({ connection: 'live' });
  source.onerror = () => update({ connection: 'lost' });
  /** @param {string} name @param {(value: any) => void} use */
  const on = (name, use) =>
    source.addEventListener(name, (event) => use(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  on('calls', (calls) => update({ calls: calls.reverse() }));
  on('call', addCall);
  on('controls', (controls) => update({ controls }));
};

/** @param {TracedCall} call */
const addCall = (call) => {
  const { calls } = getState();
  const isKnown = calls.some(({ id }) => id === call.id);
  updateInNextFrame({
    calls: isKnown
      ? calls.map((one) => (one.id === call.id ? call : one))
      : [call, ...calls].slice(0, maxCalls),
  });
};
