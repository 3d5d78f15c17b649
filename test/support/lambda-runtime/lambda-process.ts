import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InvocationResult, startRuntimeApi } from './runtime-api.ts';

export interface LambdaProcessOptions {
  /** The folder that holds the built function, such as the asset that CDK made. */
  readonly taskRoot: string;
  /** @default 'index.handler' */
  readonly handler?: string;
  /** Added to Lambda's own environment. Nothing of this process's environment is passed on but PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** PEM of an authority that the process trusts, beside those that Node trusts. */
  readonly trust?: string;
  /** Connections that go to a port of loopback instead, by `host:port`. TLS still asks for and checks the host. */
  readonly redirect?: Readonly<Record<string, number>>;
  /** Options of Node's. */
  readonly nodeOptions?: readonly string[];
}

export interface LambdaProcess extends AsyncDisposable {
  readonly pid: number;
  /** When the process was started, on the clock of `performance.now()`. */
  readonly startedAt: number;
  invoke(event: unknown, timeoutMs?: number): Promise<InvocationResult>;
  /** All that the process has printed so far, to stdout and to stderr. */
  output(): Promise<string>;
  /** Ends the process as Lambda does: at once. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Runs a built function in a process of its own, on the Node that runs this, behind a Runtime API on loopback: with
 * Lambda's environment, made-up credentials and region ap-south-1.
 *
 * ```ts
 * const authority = await createCertificateAuthority();
 * const kaleyra = https.createServer(await authority.issue(['api.in.kaleyra.io']), …);
 * await using lambda = await startLambdaProcess({
 *   taskRoot: 'cdk.out/asset.…',
 *   environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:3002' },
 *   trust: authority.cert,
 *   redirect: { 'api.in.kaleyra.io:443': portOfKaleyra },
 * });
 * const { payload, errorType } = await lambda.invoke(event);
 * ```
 */
export const startLambdaProcess = async (options: LambdaProcessOptions): Promise<LambdaProcess> => {
  const { taskRoot, handler = 'index.handler', environment, trust, redirect, nodeOptions = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'lambda-process-'));
  const api = await startRuntimeApi();
  const authorityFile = join(folder, 'authority.pem');
  if (trust !== undefined) await writeFile(authorityFile, trust);
  const outputFile = join(folder, 'output.log');
  // A file rather than a pipe: what is printed costs this process nothing, and is there even after a crash.
  const output = openSync(outputFile, 'a');
  const preload = redirect === undefined ? [] : ['--import', here('redirect-connections.mjs')];

  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, ...preload, here('bootstrap.mjs')], {
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
    api.abandon(new Error(`The function's process ended with ${signal ?? `status ${status}`}.\n${printed}`));
  });
  await once(child, 'spawn');

  return {
    pid: child.pid as number,
    startedAt,
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

/** Source: "Defined runtime environment variables" in the Lambda developer guide. */
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
