import { readFile } from 'node:fs/promises';
import type { Contestant } from './contestants.ts';
import type { CpuShares } from './cpu-share.ts';
import { type LambdaProcess, startLambdaProcess } from './lambda-runtime/lambda-process.ts';
import type { InvocationResult } from './lambda-runtime/runtime-api.ts';
import { sampleEvent } from './sample-event.ts';
import type { Upstream } from './upstream.ts';

export interface RunningContestant extends AsyncDisposable {
  readonly pid: number;
  /** Duration of the init phase, in milliseconds. */
  readonly initMs: number;
  /**
   * Verifies a number of a tenant.
   * @throws Error unless the number is verified
   */
  verify(tenantId: string): Promise<InvocationResult>;
  /** The highest resident memory so far, in bytes; `undefined` on systems without /proc. */
  peakRssBytes(): Promise<number | undefined>;
  /** CPU time of the main thread so far, in milliseconds; `undefined` on systems without /proc. */
  cpuMs(): Promise<number | undefined>;
  /** Size of everything that the function has logged, in bytes. */
  logBytes(): Promise<number>;
}

interface StartOptions {
  /** Invocations that the process takes at a time, as on Lambda Managed Instances. @default 1 */
  readonly inFlight?: number;
  /** Limits the CPU share from the end of init on. */
  readonly share?: { readonly shares: CpuShares; readonly memoryMb: number } | undefined;
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a function and waits until its init phase has ended, which uses all cores as on Lambda. */
export const startContestant = async (
  { folder }: Contestant,
  { trust, redirect }: Upstream,
  { inFlight = 1, share, nodeOptions = [], environment = {} }: StartOptions = {},
): Promise<RunningContestant> => {
  const lambda = await startLambdaProcess({
    taskRoot: folder,
    environment: {
      ...environment,
      ...(inFlight > 1 ? { AWS_LAMBDA_MAX_CONCURRENCY: String(inFlight) } : {}),
    },
    trust,
    redirect,
    nodeOptions,
  });
  const readyAt = await lambda.ready;
  const limit = await share?.shares.limit(lambda.pid, share.memoryMb);
  return {
    pid: lambda.pid,
    initMs: readyAt - lambda.startedAt,
    verify: (tenantId) => verify(lambda, tenantId),
    peakRssBytes: () => readPeakRss(lambda.pid),
    cpuMs: () => readCpuTime(lambda.pid),
    logBytes: () => lambda.outputBytes(),
    [Symbol.asyncDispose]: async () => {
      await lambda[Symbol.asyncDispose]();
      await limit?.[Symbol.asyncDispose]();
    },
  };
};

const verify = async (lambda: LambdaProcess, tenantId: string): Promise<InvocationResult> => {
  const result = await lambda.invoke(sampleEvent(tenantId));
  const { statusCode, body } = result.payload as { statusCode?: number; body?: string };
  if (statusCode === 200 && body?.includes('"status":"verified"')) return result;
  throw new Error(`Not verified: ${JSON.stringify(result.payload)}\n${await lambda.output()}`);
};

const readPeakRss = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
};

/** @see https://docs.kernel.org/scheduler/sched-stats.html */
const readCpuTime = async (pid: number): Promise<number | undefined> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split(' ')[0]) / 1e6;
};
