import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InvocationResult, startRuntimeApi } from './runtime-api.ts';

interface LambdaProcessOptions {
  /** The folder with the built function. */
  readonly taskRoot: string;
  /** @default 'index.handler' */
  readonly handler?: string;
  /** Added to Lambda's own variables. The process inherits only PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** PEM of an authority that the process trusts in addition to Node's. */
  readonly trust?: string;
  /** Ports on loopback that replace connections to `host:port`. TLS still requests and verifies the host. */
  readonly redirect?: Readonly<Record<string, number>>;
  readonly nodeOptions?: readonly string[];
  /** Command and arguments that start Node, whose own arguments follow them, in the same process. */
  readonly launcher?: readonly string[];
}

/** The function's process ended by itself. */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
  /** `status <n>` or a signal. */
  readonly ending: string;

  constructor(ending: string, printed: string) {
    super(`The function's process ended with ${ending}.\n${printed}`);
    this.ending = ending;
  }
}

export interface LambdaProcess extends AsyncDisposable {
  readonly pid: number;
  /** When the process was started, on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** When its init phase ended, on the same clock. */
  readonly ready: Promise<number>;
  invoke(event: unknown, timeoutMs?: number): Promise<InvocationResult>;
  /** Everything that the process has printed so far, to stdout and to stderr. */
  output(): Promise<string>;
  /** Kills the process. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Runs a built function in its own process behind a Runtime API on loopback, with the current Node, Lambda's variables,
 * fake credentials and the Region ap-south-1.
 *
 * ```ts
 * const authority = await createCertificateAuthority();
 * const kaleyra = https.createServer(await authority.issue(['api.in.kaleyra.io']), …);
 * await using lambda = await startLambdaProcess({
 *   taskRoot: 'dist',
 *   environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:3002' },
 *   trust: authority.cert,
 *   redirect: { 'api.in.kaleyra.io:443': kaleyraPort },
 * });
 * const { payload, errorType } = await lambda.invoke(event);
 * ```
 */
export const startLambdaProcess = async (options: LambdaProcessOptions): Promise<LambdaProcess> => {
  const {
    taskRoot,
    handler = 'index.handler',
    environment,
    trust,
    redirect,
    nodeOptions = [],
    launcher = [],
  } = options;
  const folder = await mkdtemp(join(tmpdir(), 'lambda-process-'));
  const api = await startRuntimeApi();
  const authorityFile = join(folder, 'authority.pem');
  if (trust !== undefined) await writeFile(authorityFile, trust);
  const outputFile = join(folder, 'output.log');
  // A file rather than a pipe: reading it costs this process nothing, and it is complete even after a crash.
  const output = openSync(outputFile, 'a');
  const preload = redirect === undefined ? [] : ['--import', here('redirect-connections.mjs')];

  const startedAt = performance.now();
  const [command = '', ...args] = [...launcher, process.execPath, ...nodeOptions, ...preload];
  const child = spawn(command, [...args, here('bootstrap.mjs')], {
    cwd: taskRoot,
    stdio: ['ignore', output, output],
    env: {
      ...lambdaEnvironment,
      PATH: process.env['PATH'],
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: taskRoot,
      _HANDLER: handler,
      ...(trust === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorityFile }),
      ...(redirect === undefined ? {} : { REDIRECT_CONNECTIONS: JSON.stringify(redirect) }),
      ...environment,
    },
  });
  closeSync(output);
  const exited = once(child, 'exit').then(async ([status, signal]) => {
    const printed = await readFile(outputFile, 'utf8');
    api.abandon(new ProcessEndedError(signal ?? `status ${status}`, printed));
  });
  await once(child, 'spawn');

  return {
    pid: child.pid as number,
    startedAt,
    ready: api.ready,
    invoke: api.invoke,
    output: () => readFile(outputFile, 'utf8'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      await api.close();
      await rm(folder, { recursive: true });
    },
  };
};

const here = (file: string): string => join(import.meta.dirname, file);

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const lambdaEnvironment = {
  TZ: ':UTC',
  LANG: 'en_US.UTF-8',
  AWS_REGION: 'ap-south-1',
  AWS_DEFAULT_REGION: 'ap-south-1',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'under-test',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/under-test',
  AWS_LAMBDA_LOG_STREAM_NAME: 'sample',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'not-a-real-secret-key',
  AWS_SESSION_TOKEN: 'not-a-real-token',
};
