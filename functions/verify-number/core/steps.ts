/** Steps: what the use case and its ports did for one request. The log's times and the sandbox's trace come from them. */

interface Timing {
  /** On the clock of `performance.now()`. */
  startedAt: number;
  /** Milliseconds. Absent while the step is running. */
  durationMs?: number;
  /** A stable word for the cause if the step failed, never a message. */
  error?: string | undefined;
}

/** Finding a tenant's credentials. */
export interface CredentialsStep extends Timing {
  readonly name: 'credentials';
  /** `joined`: the request waited for a read that another request had started. */
  readonly source: 'cached' | 'read' | 'joined';
}

/** `reused`: the connection was open before the request. */
export type Connection = 'new' | 'reused';

/** One HTTP exchange with Kaleyra. */
export interface ExchangeStep extends Timing {
  readonly name: 'exchange';
  /** Whether the payload has `id` as a JSON number or as a string. */
  readonly idForm: 'number' | 'string';
  /** Absent until a connection is used. */
  connection?: Connection;
  /** HTTP status of the response, if one arrived. */
  status?: number;
}

/** One operation of attempt counting. */
export interface AttemptsStep extends Timing {
  readonly name: 'attempts';
  readonly action: 'take' | 'giveBack' | 'clear';
}

export type Step = CredentialsStep | ExchangeStep | AttemptsStep;

/** Watches steps as they happen, for the sandbox. The deployed function has none. */
export interface StepObserver {
  /** @param request what is sent, if the step sends anything. Contains secrets */
  begin(step: Step, request?: object): void;
  /** @param result what the step resolved to, if it did. Contains secrets */
  end(step: Step, result: unknown): void;
}

type WithoutTiming<Kind> = Kind extends Step ? Omit<Kind, keyof Timing> : never;

/** The steps of one request, in the order in which they began. */
export interface Steps {
  readonly list: readonly Step[];
  /** Runs `work` as a step. `work` may add to the step's details. */
  run<Kind extends Step, Result>(
    details: WithoutTiming<Kind>,
    work: (step: Kind) => Promise<Result> | Result,
    request?: object,
  ): Promise<Result>;
}

export const createSteps = (observer?: StepObserver): Steps => {
  const list: Step[] = [];
  return {
    list,
    run: async <Kind extends Step, Result>(
      details: WithoutTiming<Kind>,
      work: (step: Kind) => Promise<Result> | Result,
      request?: object,
    ): Promise<Result> => {
      const step = { ...details, startedAt: performance.now() } as unknown as Kind;
      list.push(step);
      observer?.begin(step, request);
      let result: Result | undefined;
      try {
        result = await work(step);
        return result;
      } catch (thrown) {
        step.error = toReason(thrown);
        throw thrown;
      } finally {
        step.durationMs = performance.now() - step.startedAt;
        observer?.end(step, result);
      }
    },
  };
};

/** Returns the sum of the durations of the steps with this name, or undefined if there is none. */
export const sumDurations = (steps: readonly Step[], name: Step['name']): number | undefined => {
  let sum: number | undefined;
  for (const step of steps) if (step.name === name) sum = (sum ?? 0) + (step.durationMs ?? 0);
  return sum;
};

/** Reads properties instead of comparing classes, because the sandbox can load the function's classes again. */
const toReason = (thrown: unknown): string => {
  const { reason, code, name }: Record<string, unknown> = Object(thrown);
  // Its reason alone, `number` or `id`, says what was counted.
  if (code === 'TooManyAttempts') return `${code} (${reason})`;
  return String(reason ?? code ?? name ?? typeof thrown);
};
