/** Which calls are shown, and which one of them is selected. */

/** @import { TracedCall } from '../../trace/traced-call.ts' */
/** @import { State } from './store.js' */

import { getState, update } from './store.js';

/** The calls that pass the filter. @param {State} state */
export const filterCalls = ({ calls, filter }) =>
  calls.filter(
    ({ request, result }) =>
      (filter.tenant === '' || request.tenant_id === filter.tenant) &&
      (filter.outcome === '' || result?.outcome === filter.outcome),
  );

/** @param {'tenant' | 'outcome'} name @param {string} value */
export const setFilter = (name, value) => update({ filter: { ...getState().filter, [name]: value } });

/** The newest call, or the one that was selected. @param {State} state @returns {TracedCall | undefined} */
export const findSelectedCall = (state) =>
  state.isFollowing ? filterCalls(state)[0] : state.calls.find(({ id }) => id === state.selectedCall);

/** @param {string} selectedCall */
export const selectCall = (selectedCall) => update({ selectedCall, isFollowing: false });

/** Selects the newest call from now on, or keeps the one that is the newest now. */
export const toggleFollowing = () => {
  const state = getState();
  update({ isFollowing: !state.isFollowing, selectedCall: findSelectedCall(state)?.id });
};
