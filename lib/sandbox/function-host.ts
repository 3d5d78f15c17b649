/** Runs the function of a sandbox. */
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import { attemptLimit } from '../../functions/verify-number/attempts/limits.ts';
import { readConfig, variables } from '../../functions/verify-number/config.ts';
import { getFunctionTimeoutMs } from '../../functions/verify-number/core/time-budget.ts';
import { createAttemptsMemory } from './attempts-memory.ts';
import {
  type ComposedFunction,
  type ComposeFunction,
  composeFunction,
  type Services,
} from './compose-function.ts';
import type { CountedNumber } from './controls/controls.ts';
import type { LambdaFunction } from './gateway/lambda-context.ts';

/** Runs the function, and replaces it while calls are running. */
export interface FunctionHost {
  lambda(): LambdaFunction;
  /** Replaces the function. Calls that are running end with the old one. Attempts stay counted, as in DynamoDB. */
  use(compose: ComposeFunction): void;
  /** Composes the function again and forgets all attempts. */
  restart(): void;
  /** Uses up a number's attempts. If attempts are not counted, composes the function again so that they are. */
  useUpAttempts(number: CountedNumber): Promise<void>;
  close(): void;
}

export const createFunctionHost = (services: Omit<Services, 'attempts'>): FunctionHost => {
  const counting = { ...services.environment, [variables.attemptsTable]: 'sandbox' };
  const started: ComposedFunction[] = [];
  let environment = services.environment;
  let compose = composeFunction;
  let attempts = createAttemptsMemory();
  const start = () => {
    const config = readConfig(environment);
    const composed = compose({ ...services, environment, attempts });
    started.push(composed);
    return {
      handler: composed.handler,
      region: String(environment['AWS_REGION']),
      timeoutMs: getFunctionTimeoutMs(config.kaleyraTimeoutMs, config.attempts !== undefined),
    };
  };
  let current = start();

  return {
    lambda: () => current,
    use: (other) => {
      compose = other;
      current = start();
    },
    restart: () => {
      environment = services.environment;
      attempts = createAttemptsMemory();
      current = start();
    },
    useUpAttempts: async (number) => {
      if (!readConfig(environment).attempts) {
        environment = counting;
        current = start();
      }
      const limits = { onFailure: 'refuse', tenantRequestsPerMinute: Number.MAX_SAFE_INTEGER } as const;
      const limiter = createAttemptLimiter(attempts, limits, services.clock);
      // The limiter rejects the number as soon as it has no attempts left.
      for (let taken = 0; taken < attemptLimit; taken += 1) {
        await limiter.take({ waba_id: '0', ...number }).catch(() => {});
      }
    },
    close: () => {
      for (const composed of started) composed.close();
    },
  };
};
