/** What the interpreters of state machines have in common. */
import type { Definition, State } from '../../scripts/templates/read-definition.ts';

/** Every state, including those inside Parallel states. */
export const listStates = ({ States }: Definition): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap(listStates),
  ]);

/** A failure with the name that `ErrorEquals` matches. */
export class StateError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** Replaces a service: takes a Task's parameters or arguments, and returns its result or throws a `StateError`. */
export type Service = (parameters: never) => Promise<unknown>;

/** The services, by the Resource of the Tasks that use them. */
export type Services = Readonly<Record<string, Service>>;

export interface Execution {
  /** Set if the execution succeeded. */
  readonly output?: unknown;
  /** Set if it failed. */
  readonly error?: { readonly name: string; readonly cause: string };
  /** Each Retry and Catch that applied, as `nameChoice` names them. */
  readonly taken: readonly string[];
  /** Each state that was entered, with its input. */
  readonly entered: readonly { readonly name: string; readonly input: unknown }[];
  /** The durations of the Wait states, in seconds. No interpreter waits. */
  readonly waits: readonly number[];
}

/** The name of a Retry or a Catch. */
export const nameChoice = (state: string, kind: 'Retry' | 'Catch', errors: readonly string[]): string =>
  `${state} ${kind} ${errors.join(' ')}`;

/** The names of every Retry and every Catch in a definition. */
export const listChoices = (definition: Definition): string[] =>
  listStates(definition).flatMap(([name, { Retry = [], Catch = [] }]) => [
    ...Retry.map(({ ErrorEquals }) => nameChoice(name, 'Retry', ErrorEquals)),
    ...Catch.map(({ ErrorEquals }) => nameChoice(name, 'Catch', ErrorEquals)),
  ]);
