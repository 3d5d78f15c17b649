import type { Definition, State } from '../templates/read-definition.ts';

/** Counts the states that an execution enters if everything succeeds: a Choice takes its first rule. */
export const countStateTransitions = ({ StartAt, States }: Definition): number => {
  let entered = 0;
  for (let name: string | undefined = StartAt; name !== undefined; ) {
    const state: State | undefined = States[name];
    entered += 1 + (state?.Branches ?? []).reduce((sum, branch) => sum + countStateTransitions(branch), 0);
    name = state?.Choices?.[0]?.Next ?? state?.Next;
  }
  return entered;
};
