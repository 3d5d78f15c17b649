import { readFile } from 'node:fs/promises';
import type { Contestant } from './contestants.ts';
import { type LambdaProcess, startLambdaProcess } from './lambda-runtime/lambda-process.ts';
import type { InvocationResult } from './lambda-runtime/runtime-api.ts';
import { sampleEvent } from './sample-event.ts';
import type { Upstream } from './upstream.ts';

export interface RunningContestant extends AsyncDisposable {
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
  /**
   * Verifies a number of the tenant's.
   * @throws Error unless the number was verified
   */
  verify(tenantId: string): Promise<InvocationResult>;
  /** The most memory that was ever resident, in bytes; `undefined` on systems without /proc. */
  peakRssBytes(): Promise<number | undefined>;
}

/** @param inFlight invocations that the process takes at a time, as on Lambda Managed Instances; elsewhere it is 1 */
export const startContestant = async (
  { folder, environment }: Contestant,
  { trust, redirect }: Upstream,
  inFlight = 1,
): Promise<RunningContestant> => {
  const lambda = await startLambdaProcess({
    taskRoot: folder,
    environment: {
      ...environment,
      ...(inFlight > 1 ? { AWS_LAMBDA_MAX_CONCURRENCY: String(inFlight) } : {}),
    },
    trust,
    redirect,
  });
  return {
    startedAt: lambda.startedAt,
    verify: (tenantId) => verify(lambda, tenantId),
    peakRssBytes: () => peakRssOf(lambda.pid),
    [Symbol.asyncDispose]: () => lambda[Symbol.asyncDispose](),
  };
};

const verify = async (lambda: LambdaProcess, tenantId: string): Promise<InvocationResult> => {
  const result = await lambda.invoke(sampleEvent(tenantId));
  const { statusCode, body } = result.payload as { statusCode?: number; body?: string };
  if (statusCode === 200 && body?.includes('"status":"verified"')) return result;
  throw new Error(`Not verified: ${JSON.stringify(result.payload)}\n${await lambda.output()}`);
};

const peakRssOf = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
};
