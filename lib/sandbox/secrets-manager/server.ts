/** The server of the simulated Secrets Manager. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import { type SandboxDescription, sandboxPath } from '../../local/sandbox-description.ts';
import { allowOnlyLoopback } from '../loopback/loopback-only.ts';
import { type LoopbackServer, listenOnLoopback } from '../loopback/loopback-server.ts';
import { readBody } from '../loopback/read-body.ts';
import { type OperationInput, operations } from './operations.ts';
import { AwsServiceError, addVersion, createSecretsStore } from './store.ts';

/** What happens to a call instead of a normal response: an AWS error, no response, or a TCP reset. */
export type Fault = AwsServiceError | 'hang' | 'reset';

/** AWS sends throttling as HTTP 400. */
export const createThrottlingFault = (): Fault => new AwsServiceError('ThrottlingException', 'Rate exceeded');

/** A call's operation, for example `GetSecretValue`, and the name or ARN of the secret. */
export interface SecretsCall {
  readonly operation: string;
  readonly secretId?: string | undefined;
}

/** Whether the call reads the value of the secret with this name. */
export const isRead = (name: string, { operation, secretId }: SecretsCall): boolean =>
  operation === 'GetSecretValue' && secretId === name;

export interface SecretsManagerOptions {
  /** 0 by default, which picks a free port. */
  readonly port?: number;
  /** The region in the ARNs. ap-south-1 by default. */
  readonly region?: string;
  /** The initial secrets: values by name. */
  readonly secrets?: Readonly<Record<string, string | Buffer>>;
  /** Returns the fault for a call, if it has one. */
  readonly fault?: (call: SecretsCall) => Fault | undefined;
  /** The sandbox's Kaleyra, for the tenant tool. Absent: another Kaleyra is used, and the tool sends no keys to it. */
  readonly kaleyra?: { readonly port: number; readonly pod: Pod } | undefined;
}

export interface SecretsManager extends LoopbackServer {
  /** Adds a new current version to a secret, and creates the secret if it does not exist. */
  put(name: string, value: string | Buffer): void;
  /** The number of calls of an operation, for one secret or for all. */
  callCount(operation: string, secretId?: string): number;
}

/**
 * Starts AWS Secrets Manager on loopback, for the AWS CLI and SDKs. It speaks AWS JSON 1.1 and accepts any credentials.
 * @throws Error that names the port if it is in use
 */
export const startSecretsManager = async (options: SecretsManagerOptions = {}): Promise<SecretsManager> => {
  const { port = 0, region = 'ap-south-1', secrets = {}, fault } = options;
  const store = createSecretsStore(region);
  const counts = new Map<string, number>();

  const put = (name: string, value: string | Buffer): void => {
    const secret = store.all().find((one) => one.Name === name) ?? store.create(name);
    const isText = typeof value === 'string';
    addVersion(secret, isText ? { SecretString: value } : { SecretBinary: value.toString('base64') });
  };
  for (const [name, value] of Object.entries(secrets)) put(name, value);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET' && request.url === sandboxPath) {
      const { port: kaleyraPort, pod } = options.kaleyra ?? {};
      send(response, 200, { is_sandbox: true, kaleyra_port: kaleyraPort, pod } satisfies SandboxDescription);
      return;
    }
    const body = await readBody(request);
    try {
      const operation = /^secretsmanager\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
      const input = parseInput(body);
      const secretId = typeof input['SecretId'] === 'string' ? input['SecretId'] : undefined;
      for (const key of [operation, `${operation} ${secretId}`]) counts.set(key, (counts.get(key) ?? 0) + 1);

      const wrong = fault?.({ operation, secretId });
      if (wrong === 'hang') return;
      if (wrong === 'reset') return void request.socket.resetAndDestroy();
      if (wrong) throw wrong;
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!run) throw new AwsServiceError('UnknownOperationException', unsupported);
      send(response, 200, run(store, input));
    } catch (error) {
      const { status, type, message } = error instanceof AwsServiceError ? error : notUnderstood;
      send(response, status, { __type: type, Message: message });
    }
  };

  const server = createServer(allowOnlyLoopback(serve));
  const listening = await listenOnLoopback(server, port, 'SECRETS_MANAGER_PORT');
  return {
    ...listening,
    put,
    callCount: (operation, secretId) =>
      counts.get(secretId === undefined ? operation : `${operation} ${secretId}`) ?? 0,
  };
};

const unsupported = `The sandbox supports ${Object.keys(operations).join(', ')}.`;

const parseInput = (body: Buffer): OperationInput => {
  try {
    const value: unknown = JSON.parse(String(body));
    if (typeof value === 'object' && value !== null) return value as OperationInput;
  } catch {
    // Reported below, like any other body that is not an object.
  }
  throw notUnderstood;
};

const notUnderstood = new AwsServiceError(
  'SerializationException',
  'The body is not a JSON object with fields of the documented types.',
);

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  });
  response.end(JSON.stringify(body));
};
