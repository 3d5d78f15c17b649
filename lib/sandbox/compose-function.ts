import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import { compose } from '../../functions/verify-number/compose.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import { createExchange, type KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';
import type { EmitEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import {
  createReadSecret,
  secretsManagerSettings,
} from '../../functions/verify-number/tenants/read-secret.ts';
import { createAttemptsMemory } from './attempts-memory.ts';
import type { Handler } from './gateway/lambda-context.ts';

/** The services that the sandbox's function uses instead of AWS and Kaleyra. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly kaleyra: Omit<KaleyraEndpoint, 'agent'>;
  readonly secretsManager: Pick<SecretsManagerClientConfig, 'region' | 'endpoint' | 'credentials'>;
  readonly record: EmitEvent;
}

export interface ComposedFunction {
  readonly handler: Handler;
  /** Closes its connections. */
  close(): void;
}

export type ComposeFunction = (surroundings: Surroundings) => ComposedFunction;

/** Composes the function as Lambda does, with other hosts. Attempts are counted in memory, under any table name. */
export const composeFunction: ComposeFunction = ({ environment, kaleyra, secretsManager, record }) => {
  const config = readConfig(environment);
  const client = new SecretsManagerClient({ ...secretsManagerSettings, ...secretsManager });
  const agent = new (kaleyra.protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true });
  const handler = compose(config, {
    readSecret: createReadSecret(client, config.secretPrefix),
    exchange: createExchange({ ...kaleyra, agent }),
    attempts: config.attempts && createAttemptLimiter(createAttemptsMemory(), config.attempts.onFailure),
    emit: record,
  });
  return {
    handler: handler as Handler,
    close: () => {
      agent.destroy();
      client.destroy();
    },
  };
};
