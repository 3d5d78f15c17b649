import { ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import type { Definition, State } from '../../scripts/templates/read-definition.ts';
import { type Execution, listStates, nameChoice, type Services } from './state-machine.ts';

/** Created once for each definition, because this validates it, which takes time. */
const machines = new WeakMap<Definition, StateMachine>();

/** Runs an execution of a state machine that uses JSONPath, without waiting. */
export const runJsonPath = async (
  definition: Definition,
  input: unknown,
  services: Services,
): Promise<Execution> => {
  const states = listStates(definition);
  const override = (applies: (state: State) => boolean, toValue: (state: State) => unknown) =>
    Object.fromEntries(
      states.filter(([, state]) => applies(state)).map(([name, state]) => [name, toValue(state)]),
    );
  let tokens = 0;
  const machine = machines.get(definition) ?? new StateMachine(definition as never);
  machines.set(definition, machine);
  const execution = machine.run(input as never, {
    overrides: {
      taskResourceLocalHandlers: override(
        ({ Type }) => Type === 'Task',
        ({ Resource = '' }) => services[Resource],
      ) as never,
      waitTimeOverrides: override(
        ({ Type }) => Type === 'Wait',
        () => 0,
      ) as never,
      retryIntervalOverrides: override(
        ({ Retry }) => Retry !== undefined,
        () => 0,
      ) as never,
    },
    // A new token each time it is read, because each Task gets its own.
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
      taken.push(nameChoice(event.state.name, 'Retry', event.retry.retrier.ErrorEquals));
    }
    if (event.type === 'StateCaught') {
      taken.push(nameChoice(event.state.name, 'Catch', event.catch.catcher.ErrorEquals));
    }
  }
  const secondsPaths = new Map(states.map(([name, { SecondsPath }]) => [name, SecondsPath]));
  const waits = entered.flatMap(({ name, input: stateInput }) => {
    const path = secondsPaths.get(name);
    return path === undefined ? [] : [Number(select(stateInput, path))];
  });
  return { ...(await outcome), taken, entered, waits };
};

/** Follows a path such as `$.a.b`. */
const select = (input: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce((value, name) => Object(value)[name], input);
