import { readFile } from 'node:fs/promises';
import type { Contestant } from './contestants.ts';
import { getHeapFlags, type Limits } from './lambda-limits.ts';
import {
  type LambdaProcess,
  ProcessEndedError,
  startLambdaProcess,
} from './lambda-runtime/lambda-process.ts';
import { sampleEvent } from './sample-event.ts';
import type { Upstream } from './upstream.ts';

export interface RunningContestant extends AsyncDisposable {
  /** Duration of the init phase, in milliseconds. */
  readonly initMs: number;
  /**
   * Verifies a number of a tenant and returns the duration in milliseconds.
   * @throws Error unless the number is verified
   */
  verify(tenantId: string): Promise<number>;
  /** The highest resident memory so far, in bytes; NaN on systems without /proc. */
  getPeakRss(): Promise<number>;
}

/** Where functions run. */
export interface Surroundings {
  readonly upstream: Upstream;
  /** Absent: only the heap flags follow from the memory size. */
  readonly limits?: Limits | undefined;
}

/** Starts a function with a memory size and waits until its init phase has ended, which uses all cores as on Lambda. */
export const startContestant = async (
  { folder, environment }: Contestant,
  { upstream, limits }: Surroundings,
  memoryMb: number,
  isCpuLimited = true,
): Promise<RunningContestant> => {
  await using stack = new AsyncDisposableStack();
  const prepared = limits && stack.use(await limits.prepare(memoryMb));
  const lambda = stack.use(
    await startLambdaProcess({
      taskRoot: folder,
      environment: { ...environment, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb) },
      trust: upstream.trust,
      redirect: upstream.redirect,
      nodeOptions: getHeapFlags(memoryMb),
      launcher: prepared?.launcher ?? [],
    }),
  );
  const readyAt = await lambda.ready;
  if (isCpuLimited) await prepared?.limitCpu();
  const owned = stack.move();
  return {
    initMs: readyAt - lambda.startedAt,
    verify: (tenantId) => verify(lambda, tenantId),
    getPeakRss: () => readPeakRss(lambda.pid),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** Returns how a function's process ended, for example because it ran out of memory: a result, not a defect. */
export const getEnding = (error: unknown): string => {
  if (error instanceof ProcessEndedError) return error.ending;
  throw error;
};

const verify = async (lambda: LambdaProcess, tenantId: string): Promise<number> => {
  const { payload, durationMs } = await lambda.invoke(sampleEvent(tenantId));
  const { statusCode, body } = payload as { statusCode?: number; body?: string };
  if (statusCode === 200 && body?.includes('"status":"verified"')) return durationMs;
  throw new Error(`Not verified: ${JSON.stringify(payload)}\n${await lambda.output()}`);
};

const readPeakRss = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
};
