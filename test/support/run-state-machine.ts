import type { Definition } from '../../scripts/templates/read-definition.ts';
import { runJsonata } from './run-jsonata.ts';
import { runJsonPath } from './run-jsonpath.ts';
import type { Execution, Services } from './state-machine.ts';

/** Runs an execution of a state machine to its end, without waiting. */
export const runStateMachine = (
  definition: Definition,
  input: unknown,
  services: Services,
): Promise<Execution> =>
  definition.QueryLanguage === 'JSONata'
    ? runJsonata(definition, input, services)
    : runJsonPath(definition, input, services);
