/** The control API on the sandbox's HTTP port: `/sandbox/controls`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fields } from '../../../functions/verify-number/core/parse-command.ts';
import type { ServeOther } from '../loopback/loopback-only.ts';
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
type Route = (input: Input) => void | Promise<void>;

/** Creates the routes of the control API. Each one responds with the new state, or with 400 and a `message`. */
export const createControlRoutes = (controls: Controls): ServeOther => {
  const routes: Readonly<Record<string, Route>> = {
    GET: () => {},
    PATCH: (input) =>
      controls.set({
        ...('secretsManager' in input && {
          secretsManager: parseChoice(input, 'secretsManager', secretsManagerModes),
        }),
        ...('kaleyra' in input && { kaleyra: parseChoice(input, 'kaleyra', kaleyraModes) }),
      }),
    DELETE: () => controls.reset(),
    'POST/rotate': (input) =>
      controls.rotate(String(input['tenant_id']), parseChoice(input, 'step', rotationSteps)),
    'POST/freeze': ({ seconds }) => controls.freeze(Number(seconds)),
    'POST/use-up': (input) =>
      controls.useUp({
        tenant_id: parseField(input, 'tenant_id'),
        id: parseField(input, 'id'),
        phone_number: parseField(input, 'phone_number'),
      }),
  };
  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (path !== controlsPath && !path.startsWith(`${controlsPath}/`)) return undefined;
    const route = `${request.method}${path.slice(controlsPath.length)}`;
    return respond(request, response, controls, Object.hasOwn(routes, route) ? routes[route] : undefined);
  };
};

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  controls: Controls,
  apply: Route | undefined,
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
