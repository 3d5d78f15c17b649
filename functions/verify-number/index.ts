/** The module that Lambda loads: creates the AWS clients, composes the function and warms it up, once per process. */

import { createAgent } from './aws/https-agent.ts';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { warmUpDeadlineMs } from './core/time-budget.ts';
import { prepareConnections } from './kaleyra/connections.ts';
import { apiDomains } from './kaleyra/pods.ts';
import { createExchange } from './kaleyra/transport.ts';
import { createEmitEvent, writeToStdout } from './telemetry/emit.ts';
import { createReadSecret, createSecretsManagerClient } from './tenants/read-secret.ts';
import { warmUp } from './warm-up.ts';

const config = readConfig(process.env);
const functionName = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'verify-phone-number';

// The condition names the variable so that the bundler removes the branch from a bundle that does not count attempts.
const attempts =
  process.env['ATTEMPTS_TABLE'] && config.attempts
    ? (await import('./attempts/dynamodb-limiter.ts')).createDynamoDbLimiter(config.attempts)
    : undefined;

const hostname = apiDomains[config.pod];
const agent = createAgent();
const prepared = prepareConnections(agent);
const readSecret = createReadSecret(createSecretsManagerClient(), config.secretPrefix);

export const handler = compose(config, {
  readSecret,
  exchange: createExchange({ protocol: 'https:', hostname, agent, prepared }),
  attempts,
  emit: createEmitEvent(functionName, writeToStdout),
});

await Promise.all([warmUp(config, readSecret), prepared.open(hostname, 443, warmUpDeadlineMs)]);
