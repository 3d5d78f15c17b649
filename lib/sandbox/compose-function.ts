/** Composes the function for the sandbox. `--watch` loads this module again whenever the function's source changes. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { type AttemptStore, createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import type { AttemptsConfig } from '../../functions/verify-number/attempts/limits.ts';
import { compose, type Ports } from '../../functions/verify-number/compose.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import type { Clock } from '../../functions/verify-number/core/clock.ts';
import type { AttemptLimiter } from '../../functions/verify-number/core/verify-number.ts';
import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import { createExchange, type Exchange } from '../../functions/verify-number/kaleyra/transport.ts';
import type { EmitEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import {
  createReadSecret,
  createSecretsManagerClient,
} from '../../functions/verify-number/tenants/read-secret.ts';
import { getPodPath } from '../local/sandbox-description.ts';
import { toKaleyraEndpoint } from './endpoints.ts';
import type { Handler } from './gateway/lambda-context.ts';
import { unreachableLastFour } from './kaleyra/outcomes.ts';
import { brokenTenants } from './tenants/seed-tenants.ts';

interface KaleyraService {
  readonly origin: URL;
  /** Whether it is the sandbox's own. */
  readonly isSimulator: boolean;
}

/** The services that the sandbox's function uses instead of those of AWS and Kaleyra. */
export interface Services {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly kaleyra: KaleyraService;
  readonly secretsManager: SecretsManagerClientConfig;
  /** Counts attempts if `ATTEMPTS_TABLE` is set. */
  readonly attempts: AttemptStore;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  /** Returns the observer of the request that starts. */
  readonly observe: NonNullable<Ports['observe']>;
}

export interface ComposedFunction {
  readonly handler: Handler;
  /** Closes its connections. */
  close(): void;
}

export type ComposeFunction = (services: Services) => ComposedFunction;

/** @param replaced ports to use instead, for tests */
export const composeFunction = (services: Services, replaced: Partial<Ports> = {}): ComposedFunction => {
  const { environment, secretsManager, clock, emit } = services;
  const config = readConfig(environment);
  const client = createSecretsManagerClient(secretsManager);
  const kaleyra = createKaleyraExchange(services.kaleyra, config.pod, clock);
  const attempts = config.attempts && createLimiter(services.attempts, config.attempts, clock);
  const ports: Ports = {
    readSecret: createReadSecret(client, config.secretPrefix),
    exchange: kaleyra.exchange,
    attempts,
    emit,
    clock,
    observe: services.observe,
    ...replaced,
  };
  return {
    handler: compose(config, ports) as Handler,
    close: () => {
      kaleyra.close();
      client.destroy();
    },
  };
};

/**
 * Creates the exchange with Kaleyra. The simulator gets the pod in the path, so that it can reject every `Host` that is
 * not loopback. A number that selects an unreachable Kaleyra leads to a port on which nothing listens.
 */
const createKaleyraExchange = ({ origin, isSimulator }: KaleyraService, pod: Pod, clock: Clock) => {
  const agent = new (origin.protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true });
  const exchange = createExchange({ ...toKaleyraEndpoint(origin), agent }, clock);
  const close = () => agent.destroy();
  if (!isSimulator) return { exchange, close };
  const unreachable = createExchange({ ...toKaleyraEndpoint(unusedOrigin), agent: new HttpAgent() }, clock);
  const toSimulator: Exchange = (request) =>
    (isUnreachable(request.payload) ? unreachable : exchange)({
      ...request,
      path: getPodPath(pod) + request.path,
    });
  return { exchange: toSimulator, close };
};

/** Port 1 on loopback refuses connections. */
const unusedOrigin = new URL('http://127.0.0.1:1');

const isUnreachable = (payload: string): boolean => payload.includes(`${unreachableLastFour}","otp"`);

/** Creates the limiter. For one tenant, DynamoDB fails. */
const createLimiter = (store: AttemptStore, config: AttemptsConfig, clock: Clock): AttemptLimiter => {
  const limiter = createAttemptLimiter(store, config, clock);
  const uncountable = createAttemptLimiter(failingStore, config, clock);
  return {
    ...limiter,
    take: (number) => (number.tenant_id === brokenTenants.uncountable ? uncountable : limiter).take(number),
  };
};

const failInDynamoDb = async (): Promise<never> => {
  throw Object.assign(new Error('DynamoDB fails for this tenant.'), { name: 'InternalServerError' });
};
const failingStore: AttemptStore = {
  takeAttempt: failInDynamoDb,
  giveBackAttempt: failInDynamoDb,
  clearAttempts: failInDynamoDb,
  takeRequest: failInDynamoDb,
  giveBackRequest: failInDynamoDb,
};
