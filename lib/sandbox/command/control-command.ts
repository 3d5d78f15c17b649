/** `npm start -- control …`: the control API of a sandbox that is running, from the command line. */
import { controlsPath } from '../controls/control-routes.ts';
import { type ControlState, kaleyraModes, rotationSteps, secretsManagerModes } from '../controls/controls.ts';
import { sandboxCommand } from './command-name.ts';

/** Method, path after the API's own, and body. */
type ControlRequest = readonly [string, string?, object?];

export const controlUsage = [
  'control                                              Show what is being simulated.',
  `control secrets-manager ${secretsManagerModes.join('|')}`,
  `control kaleyra ${kaleyraModes.join('|')}`,
  `control rotate TENANT ${rotationSteps.join('|')}`,
  'control freeze SECONDS',
  'control use-up TENANT ID PHONE_NUMBER',
  'control reset                                        End everything that is being simulated.',
]
  .map((line) => `${sandboxCommand} ${line}`)
  .join('\n');

/**
 * Sends one command to the sandbox on `PORT`.
 * @returns what is being simulated afterwards, as text
 * @throws Error with a message for the user
 */
export const runControlCommand = async (
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> => {
  const request = toRequest(args);
  if (!request) throw new Error(`Usage:\n${controlUsage}`);
  const [method, path = '', body] = request;
  const origin = `http://127.0.0.1:${environment['PORT'] || 3000}`;
  const response = await fetch(`${origin}${controlsPath}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error(`No sandbox listens on ${origin}. Start it, or set PORT to the port of its HTTP API.`);
  });
  const result = (await response.json()) as ControlState & { message?: string };
  if (!response.ok) throw new Error(result.message);
  return formatSimulation(result);
};

const toRequest = ([command, ...args]: readonly string[]): ControlRequest | undefined => {
  const [first, second, third] = args;
  switch (`${command ?? 'show'} ${args.length}`) {
    case 'show 0':
      return ['GET'];
    case 'reset 0':
      return ['DELETE'];
    case 'secrets-manager 1':
      return ['PATCH', '', { secretsManager: first }];
    case 'kaleyra 1':
      return ['PATCH', '', { kaleyra: first }];
    case 'rotate 2':
      return ['POST', '/rotate', { tenant_id: first, step: second }];
    case 'freeze 1':
      return ['POST', '/freeze', { seconds: Number(first) }];
    case 'use-up 3':
      return ['POST', '/use-up', { tenant_id: first, id: second, phone_number: third }];
    default:
      return undefined;
  }
};

/** Formats what is being simulated, as one line. */
export const formatSimulation = (state: ControlState): string => {
  const active = [
    state.secretsManager !== 'ok' && `Secrets Manager is ${state.secretsManager}`,
    state.kaleyra !== 'ok' && `Kaleyra is ${state.kaleyra}`,
    ...Object.entries(state.rotations).map(
      ([tenantId, keys]) => keys !== 'initial' && `keys of ${tenantId}: ${keys}`,
    ),
    state.frozenUntil !== null && `the function was frozen until ${state.frozenUntil} on its clock`,
    ...state.usedUp.map(({ tenant_id, phone_number }) => `no attempts left for ${tenant_id} ${phone_number}`),
  ].filter((text) => text !== false);
  return `Simulated: ${active.join('; ') || 'nothing'}`;
};
