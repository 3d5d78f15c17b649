/** What Lambda loads: the environment and the clients, put together once for the life of the process. */
import { Agent } from 'node:https';
import { Logger } from '@aws-lambda-powertools/logger';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readConfig } from './config.ts';
import { createHandler } from './handler.ts';
import { createKaleyraClient } from './kaleyra/client.ts';
import { apiDomains } from './kaleyra/pods.ts';
import { createRecordMetrics } from './telemetry/emit.ts';
import { createTenantCredentials } from './tenants/credentials.ts';
import { createReadSecret, secretsManagerSettings } from './tenants/read-secret.ts';

const config = readConfig(process.env);
const logger = new Logger({ serviceName: 'verify-phone-number' });
const recordMetrics = createRecordMetrics(process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'verify-phone-number');
const secretsManager = new SecretsManagerClient(secretsManagerSettings);

// Spelled out so that esbuild, told that it is undefined, leaves all of it out of a bundle that does not count.
const attempts =
  process.env['ATTEMPTS_TABLE'] && config.attempts
    ? (await import('./attempts/count-attempts.ts')).countAttempts(config.attempts)
    : undefined;

export const handler = createHandler({
  credentials: createTenantCredentials(
    createReadSecret(secretsManager, config.secretPrefix),
    config.secretTtlMs,
  ),
  kaleyra: createKaleyraClient({
    protocol: 'https:',
    hostname: apiDomains[config.pod],
    // Said aloud, so that no variable of Node's can switch it off.
    agent: new Agent({ keepAlive: true, rejectUnauthorized: true }),
  }),
  kaleyraTimeoutMs: config.kaleyraTimeoutMs,
  attempts,
  pod: config.pod,
  tenantClaim: config.tenantClaim,
  record: (record) => {
    logger.info('verification', { ...record });
    recordMetrics(record);
  },
});
