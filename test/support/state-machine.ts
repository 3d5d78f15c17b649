/**
 * Runs state machines as they are deployed: the definition out of the synthesized template, through an interpreter of
 * the Amazon States Language, with pauses cut to nothing.
 */
import type { Template } from 'aws-cdk-lib/assertions';
import { ExecutionError, StateMachine } from 'aws-local-stepfunctions';

interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}

export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly { readonly ErrorEquals: string[]; readonly Next: string }[];
  readonly Branches?: readonly Definition[];
}

export interface Definition {
  readonly States: Readonly<Record<string, State>>;
}

/** The one state machine of a template, its references replaced by names that an interpreter takes. */
export const definitionOf = (template: Pick<Template, 'toJSON'>): Definition => {
  const resources: { Type: string; Properties: { DefinitionString?: unknown } }[] = Object.values(
    template.toJSON()['Resources'],
  );
  const machine = resources.find(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  return JSON.parse(resolved(machine?.Properties.DefinitionString));
};

const resolved = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = ['', '']] = Object.entries(value as Record<string, unknown>);
  if (intrinsic === 'Fn::Join') return (argument as [string, unknown[]])[1].map(resolved).join('');
  if (argument === 'AWS::Partition') return 'aws';
  return `https://resolved.invalid/${String(argument)}`;
};

/** Every state, those inside a Parallel state included. */
export const statesOf = ({ States }: Definition): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap(statesOf),
  ]);

/** Something that failed, by the name that Step Functions matches in `ErrorEquals`. */
export class StateError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** What stands in for a service: takes a Task's rendered parameters, returns its result or throws a `StateError`. */
export type Service = (parameters: never) => Promise<unknown>;

export interface Execution {
  /** Of an execution that succeeded. */
  readonly output?: unknown;
  /** Of one that failed. */
  readonly error?: { readonly name: string; readonly cause: string };
  /** Each Retry and Catch that was taken, as `choiceOf` names them. */
  readonly taken: readonly string[];
  /** Each state that was entered, with its input. */
  readonly entered: readonly { readonly name: string; readonly input: unknown }[];
}

/** How a Retry or a Catch is named here. */
export const choiceOf = (state: string, kind: 'Retry' | 'Catch', errors: readonly string[]): string =>
  `${state} ${kind} ${errors.join(' ')}`;

/** Made once for each definition, for that is when it is validated, which takes time. */
const machines = new WeakMap<Definition, StateMachine>();

/**
 * Runs an execution to its end.
 * @param services what stands in for each Task, by its Resource
 */
export const execute = async (
  definition: Definition,
  input: Record<string, unknown>,
  services: Readonly<Record<string, Service>>,
): Promise<Execution> => {
  const states = statesOf(definition);
  const overrides = (of: (state: State) => boolean, how: (state: State) => unknown) =>
    Object.fromEntries(states.filter(([, state]) => of(state)).map(([name, state]) => [name, how(state)]));
  let tokens = 0;
  const machine = machines.get(definition) ?? new StateMachine(definition as never);
  machines.set(definition, machine);
  const execution = machine.run(input as never, {
    overrides: {
      taskResourceLocalHandlers: overrides(
        (state) => state.Type === 'Task',
        ({ Resource = '' }) => services[Resource],
      ) as never,
      waitTimeOverrides: overrides(
        (state) => state.Type === 'Wait',
        () => 0,
      ) as never,
      retryIntervalOverrides: overrides(
        (state) => state.Retry !== undefined,
        () => 0,
      ) as never,
    },
    // A new token each time that it is asked for, as each wait for one gets its own.
    context: {
      Task: {
        get Token() {
          tokens += 1;
          return `token-${tokens}`;
        },
      },
    },
  });
  const outcome = execution.result.then(
    (output) => ({ output }),
    (thrown: unknown) => {
      if (!(thrown instanceof ExecutionError)) throw thrown;
      const { name, message } = thrown.cause as Error;
      return { error: { name, cause: message } };
    },
  );
  const taken: string[] = [];
  const entered: { name: string; input: unknown }[] = [];
  for await (const event of execution.eventLogs) {
    if (event.type === 'StateEntered') entered.push({ name: event.state.name, input: event.state.input });
    if (event.type === 'StateRetried') {
      taken.push(choiceOf(event.state.name, 'Retry', event.retry.retrier.ErrorEquals));
    }
    if (event.type === 'StateCaught') {
      taken.push(choiceOf(event.state.name, 'Catch', event.catch.catcher.ErrorEquals));
    }
  }
  return { ...(await outcome), taken, entered };
};
