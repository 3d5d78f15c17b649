import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import { type LoopbackServer, listenOnLoopback } from '../loopback-server.ts';
import { readBody } from '../read-body.ts';
import { type OperationInput, operations } from './operations.ts';
import { type SandboxDescription, sandboxPath } from './sandbox-description.ts';
import { AwsServiceError, createSecretsStore, type SecretsStore } from './store.ts';

/** What goes wrong with a call in place of its answer: an error of AWS's, silence, or a TCP reset. */
export type Fault = AwsServiceError | 'hang' | 'reset';

/** AWS sends throttling as HTTP 400. */
export const throttled = (): Fault => new AwsServiceError('ThrottlingException', 'Rate exceeded');

/** A call as it came: `GetSecretValue`, and the name or ARN of the secret. */
export interface SecretsCall {
  readonly operation: string;
  readonly secretId?: string | undefined;
}

export interface SecretsManagerOptions {
  /** 0 picks a free one, and is the default. */
  readonly port?: number;
  /** For the ARNs; ap-south-1 by default. */
  readonly region?: string;
  /** What is there from the start: values by name. */
  readonly secrets?: Readonly<Record<string, string | Buffer>>;
  /** Asked at each call: what goes wrong with it, if anything. */
  readonly fault?: (call: SecretsCall) => Fault | undefined;
  /** The sandbox's Kaleyra, for the tenant tool. Absent: another Kaleyra is used, and the tool sends no keys to it. */
  readonly kaleyra?: { readonly port: number; readonly pod: Pod } | undefined;
}

export interface SecretsManager extends LoopbackServer {
  /** Gives a secret a new current version, and makes the secret if it is not there. */
  put(name: string, value: string | Buffer): void;
  /** Deletes a secret for good. */
  remove(name: string): void;
  /** How many calls of an operation came, for one secret or for all. */
  callCount(operation: string, secretId?: string): number;
}

/**
 * AWS Secrets Manager on loopback, for the AWS CLI and SDKs. Speaks AWS JSON 1.1; whoever asks is let in.
 * @throws PortTaken
 */
export const startSecretsManager = async (options: SecretsManagerOptions = {}): Promise<SecretsManager> => {
  const { port = 0, region = 'ap-south-1', secrets = {}, fault, kaleyra } = options;
  const store = createSecretsStore(region);
  const counts = new Map<string, number>();

  const put = (name: string, value: string | Buffer): void => {
    const secret = store.all().find((one) => one.name === name) ?? store.create(name);
    store.addVersion(
      secret,
      typeof value === 'string' ? { SecretString: value } : { SecretBinary: value.toString('base64') },
    );
  };
  for (const [name, value] of Object.entries(secrets)) put(name, value);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET' && request.url === sandboxPath) {
      const description: SandboxDescription = {
        is_sandbox: true,
        kaleyra_port: kaleyra?.port,
        pod: kaleyra?.pod,
      };
      send(response, 200, description);
      return;
    }
    const body = await readBody(request, maxRequestBytes);
    try {
      const operation = /^secretsmanager\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
      const input = parseInput(body);
      const secretId = typeof input['SecretId'] === 'string' ? input['SecretId'] : undefined;
      for (const key of [operation, `${operation} ${secretId}`]) counts.set(key, (counts.get(key) ?? 0) + 1);

      const wrong = fault?.({ operation, secretId });
      if (wrong === 'hang') return;
      if (wrong === 'reset') {
        request.socket.resetAndDestroy();
        return;
      }
      if (wrong) throw wrong;
      send(response, 200, perform(store, operation, input));
    } catch (error) {
      const { status, type, message } = error instanceof AwsServiceError ? error : notUnderstood;
      send(response, status, { __type: type, Message: message });
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const listening = await listenOnLoopback(server, port, 'SECRETS_MANAGER_PORT');
  return {
    ...listening,
    put,
    remove: (name) => store.remove(store.find(name)),
    callCount: (operation, secretId) =>
      counts.get(secretId === undefined ? operation : `${operation} ${secretId}`) ?? 0,
  };
};

/** A secret's value has at most 64 KiB. */
const maxRequestBytes = 256 * 1024;

const perform = (store: SecretsStore, operation: string, input: OperationInput): object => {
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run) return run(store, input);
  throw new AwsServiceError(
    'UnknownOperationException',
    `The sandbox answers ${Object.keys(operations).join(', ')}.`,
  );
};

const parseInput = (body: Buffer | undefined): OperationInput => {
  try {
    const value: unknown = JSON.parse(String(body));
    if (typeof value === 'object' && value !== null) return value as OperationInput;
  } catch {
    // Said below, as for any other body that is no object.
  }
  throw notUnderstood;
};

const notUnderstood = new AwsServiceError(
  'SerializationException',
  'The body is not one JSON object with fields of the documented types.',
);

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  });
  response.end(JSON.stringify(body));
};
