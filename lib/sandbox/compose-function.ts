import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import { createHandler } from '../../functions/verify-number/handler.ts';
import { createKaleyraClient, type KaleyraEndpoint } from '../../functions/verify-number/kaleyra/client.ts';
import type { EmitEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { createTenantCredentials } from '../../functions/verify-number/tenants/credentials.ts';
import {
  createReadSecret,
  secretsManagerSettings,
} from '../../functions/verify-number/tenants/read-secret.ts';
import { createAttemptsMemory } from './attempts-memory.ts';
import type { Handler } from './gateway/lambda-context.ts';

/** What the function finds around it here, in place of AWS and Kaleyra. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly kaleyra: Omit<KaleyraEndpoint, 'agent'>;
  readonly secretsManager: Pick<SecretsManagerClientConfig, 'region' | 'endpoint' | 'credentials'>;
  readonly record: EmitEvent;
}

export interface ComposedFunction {
  readonly handler: Handler;
  /** Lets go of its connections. */
  close(): void;
}

export type ComposeFunction = (surroundings: Surroundings) => ComposedFunction;

/**
 * Puts the function together as its own composition root does, but for where Kaleyra and Secrets Manager are; where
 * attempts are to be counted, they are counted in memory, whatever the table's name.
 */
export const composeFunction: ComposeFunction = ({ environment, kaleyra, secretsManager, record }) => {
  const config = readConfig(environment);
  const client = new SecretsManagerClient({ ...secretsManagerSettings, ...secretsManager });
  const agent = new (kaleyra.protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true });
  const handler = createHandler({
    credentials: createTenantCredentials(createReadSecret(client, config.secretPrefix), config.secretTtlMs),
    kaleyra: createKaleyraClient({ ...kaleyra, agent }),
    kaleyraTimeoutMs: config.kaleyraTimeoutMs,
    attempts: config.attempts && createAttemptLimiter(createAttemptsMemory(), config.attempts.onFailure),
    pod: config.pod,
    tenantClaim: config.tenantClaim,
    record,
  });
  return {
    // Nothing in the function calls back by the context.
    handler: handler as Handler,
    close: () => {
      agent.destroy();
      client.destroy();
    },
  };
};
