/** The control API on the sandbox's HTTP port: `/sandbox/controls`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fields } from '../../../functions/verify-number/core/parse-command.ts';
import { readBody } from '../loopback/read-body.ts';
import {
  ControlRejected,
  type Controls,
  kaleyraModes,
  rotationSteps,
  secretsManagerModes,
} from './controls.ts';

export const controlsPath = '/sandbox/controls';

type Input = Readonly<Record<string, unknown>>;

/**
 * Creates the routes of the control API. Each one responds with the new state, or with 400 and a `message`.
 * @returns a function that serves a request, or returns undefined if the request is not for the control API
 */
export const createControlRoutes = (controls: Controls) => {
  const routes: Readonly<Record<string, (input: Input) => void | Promise<void>>> = {
    [`GET ${controlsPath}`]: () => {},
    [`PATCH ${controlsPath}`]: (input) => controls.set(parseModes(input)),
    [`DELETE ${controlsPath}`]: () => controls.reset(),
    [`POST ${controlsPath}/rotate`]: (input) =>
      controls.rotate(String(input['tenant_id']), parseChoice(input, 'step', rotationSteps)),
    [`POST ${controlsPath}/freeze`]: ({ seconds }) => controls.freeze(Number(seconds)),
    [`POST ${controlsPath}/use-up`]: (input) =>
      controls.useUp({
        tenant_id: parseField(input, 'tenant_id'),
        id: parseField(input, 'id'),
        phone_number: parseField(input, 'phone_number'),
      }),
  };
  return (request: IncomingMessage, response: ServerResponse): Promise<void> | undefined => {
    const path = request.url?.split('?')[0] ?? '';
    if (path !== controlsPath && !path.startsWith(`${controlsPath}/`)) return undefined;
    const route = `${request.method} ${path}`;
    return respond(request, response, Object.hasOwn(routes, route) ? routes[route] : undefined, controls);
  };
};

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  apply: ((input: Input) => void | Promise<void>) | undefined,
  controls: Controls,
): Promise<void> => {
  const send = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  const body = await readBody(request);
  if (!apply) return send(404, { message: 'The control API has no such route.' });
  try {
    await apply(parseInput(body.toString('utf8')));
    send(200, controls.state());
  } catch (error) {
    if (!(error instanceof ControlRejected)) throw error;
    send(400, { message: error.message });
  }
};

const parseInput = (text: string): Input => {
  try {
    const value: unknown = JSON.parse(text || '{}');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  } catch {
    // Reported below, like any other body that is not an object.
  }
  throw new ControlRejected('The body must be a JSON object.');
};

const parseModes = (input: Input): Parameters<Controls['set']>[0] => ({
  ...('secretsManager' in input && {
    secretsManager: parseChoice(input, 'secretsManager', secretsManagerModes),
  }),
  ...('kaleyra' in input && { kaleyra: parseChoice(input, 'kaleyra', kaleyraModes) }),
});

const parseChoice = <T extends string>(input: Input, name: string, choices: readonly T[]): T => {
  const choice = choices.find((one) => one === input[name]);
  if (choice) return choice;
  throw new ControlRejected(`${name} must be one of ${choices.join(', ')}.`);
};

const parseField = (input: Input, name: 'tenant_id' | 'id' | 'phone_number'): string => {
  const value = input[name];
  if (typeof value === 'string' && fields[name].pattern.test(value)) return value;
  throw new ControlRejected(`${name} ${fields[name].accepts}.`);
};
