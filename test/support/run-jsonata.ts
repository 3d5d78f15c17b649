/**
 * A minimal interpreter of state machines that use JSONata. It supports what `VerifyNumberTask` and its tests use, and
 * rejects every other field. The package jsonata has the version that Step Functions implements, 2.0.6.
 * @see https://states-language.net/spec.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
import jsonata from 'jsonata';
import type { Catcher, Definition, Retrier } from '../../scripts/templates/read-definition.ts';
import { type Execution, nameChoice, type Services, StateError } from './state-machine.ts';

interface JsonataState {
  readonly Next?: string;
  readonly End?: true;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Output?: unknown;
  readonly Seconds?: unknown;
  readonly Error?: unknown;
  readonly Cause?: unknown;
  readonly Branches?: readonly Definition[];
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly (Catcher & { readonly Output?: unknown })[];
}

/** The supported fields. TimeoutSeconds has no effect: tests throw `States.Timeout` instead. */
const supportedFields: Readonly<Record<string, readonly string[]>> = {
  Task: ['Resource', 'Arguments', 'Output', 'TimeoutSeconds', 'Retry', 'Catch', 'Next', 'End'],
  Parallel: ['Branches', 'Arguments', 'Output', 'Retry', 'Catch', 'Next', 'End'],
  Wait: ['Seconds', 'Next', 'End'],
  Pass: ['Output', 'Next', 'End'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};

/** Runs an execution of a state machine that uses JSONata, without waiting. */
export const runJsonata = async (
  definition: Definition,
  input: unknown,
  services: Services,
): Promise<Execution> => {
  const taken: string[] = [];
  const entered: { name: string; input: unknown }[] = [];
  const waits: number[] = [];

  const runStates = async ({ StartAt, States }: Definition, given: unknown): Promise<unknown> => {
    let name = StartAt;
    let data = given;
    for (;;) {
      const state = States[name];
      if (!state) throw new Error(`There is no state ${name}.`);
      rejectUnsupported(name, state);
      entered.push({ name, input: data });
      const { next, output } = await runState(name, state.Type, state as JsonataState, data);
      if (next === undefined) return output;
      name = next;
      data = output;
    }
  };

  const runState = async (name: string, type: string, state: JsonataState, stateInput: unknown) => {
    const retries = new Map<Retrier, number>();
    for (;;) {
      try {
        return { next: state.Next, output: await attempt(type, state, stateInput) };
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error.name));
        const count = (retrier && retries.get(retrier)) ?? 0;
        if (retrier && count < retrier.MaxAttempts) {
          retries.set(retrier, count + 1);
          taken.push(nameChoice(name, 'Retry', retrier.ErrorEquals));
          continue;
        }
        const catcher = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(error.name));
        if (!catcher) throw error;
        taken.push(nameChoice(name, 'Catch', catcher.ErrorEquals));
        const errorOutput = { Error: error.name, Cause: error.message };
        const output = catcher.Output ?? '{% $states.errorOutput %}';
        return { next: catcher.Next, output: await evaluate(output, { input: stateInput, errorOutput }) };
      }
    }
  };

  const attempt = async (type: string, state: JsonataState, stateInput: unknown): Promise<unknown> => {
    const argument = await evaluate(state.Arguments ?? '{% $states.input %}', { input: stateInput });
    const toOutput = (result: unknown): Promise<unknown> =>
      evaluate(state.Output ?? '{% $states.result %}', { input: stateInput, result });
    switch (type) {
      case 'Task':
        return toOutput(await getService(services, state.Resource)(argument as never));
      case 'Parallel':
        return toOutput(
          await Promise.all((state.Branches ?? []).map((branch) => runStates(branch, argument))),
        );
      case 'Wait':
        waits.push(Number(await evaluate(state.Seconds, { input: stateInput })));
        return stateInput;
      case 'Fail':
        throw new StateError(
          String(await evaluate(state.Error, { input: stateInput })),
          String(await evaluate(state.Cause, { input: stateInput })),
        );
      default:
        return toOutput(stateInput);
    }
  };

  try {
    return { output: await runStates(definition, input), taken, entered, waits };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { error: { name: error.name, cause: error.message }, taken, entered, waits };
  }
};

const rejectUnsupported = (name: string, state: object): void => {
  const { Type, QueryLanguage, Comment: _comment, ...fields } = state as Record<string, unknown>;
  const supported = supportedFields[String(Type)];
  const unsupported = Object.keys(fields).filter((field) => !supported?.includes(field));
  const isJsonata = QueryLanguage === undefined || QueryLanguage === 'JSONata';
  if (!supported || !isJsonata || unsupported.length > 0) {
    throw new Error(`State ${name} (${Type}, ${QueryLanguage}) is not supported: ${unsupported.join(', ')}.`);
  }
  const { Retry = [], Catch = [] } = fields as Pick<JsonataState, 'Retry' | 'Catch'>;
  const wildcards = [...Retry, ...Catch].flatMap(({ ErrorEquals }) =>
    ErrorEquals.filter((error) => error.startsWith('States.') && error !== 'States.Timeout'),
  );
  if (wildcards.length > 0) throw new Error(`State ${name} matches ${wildcards}, which is not supported.`);
};

const getService = (services: Services, resource = '') => {
  const service = services[resource];
  if (!service) throw new Error(`There is no service for ${resource}.`);
  return service;
};

/** Evaluates every string in `{% %}` of a template. An expression without a result is an error in Step Functions. */
const evaluate = async (template: unknown, states: Readonly<Record<string, unknown>>): Promise<unknown> => {
  if (Array.isArray(template)) return Promise.all(template.map((item) => evaluate(item, states)));
  if (typeof template === 'object' && template !== null) {
    const entries = Object.entries(template).map(async ([key, value]) => [
      key,
      await evaluate(value, states),
    ]);
    return Object.fromEntries(await Promise.all(entries));
  }
  const [, expression] = /^\{%(.*)%\}$/s.exec(String(template)) ?? [];
  if (typeof template !== 'string' || expression === undefined) return template;
  const result = await jsonata(expression).evaluate(undefined, { states });
  if (result === undefined) {
    throw new StateError('States.QueryEvaluationError', `The expression ${expression} has no result.`);
  }
  // jsonata marks the arrays that it creates.
  return JSON.parse(JSON.stringify(result));
};
