/** Composes the function of one cell of the fault matrix. */
import { Agent, type AgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import { createDynamoDbStore } from '../../functions/verify-number/attempts/dynamodb.ts';
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import { createSteps } from '../../functions/verify-number/core/steps.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { prepareConnections } from '../../functions/verify-number/kaleyra/connections.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { createTenantCredentials } from '../../functions/verify-number/tenants/credentials.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import { createTestHandler } from '../support/test-handler.ts';
import { attemptsFaults } from './attempts-faults.ts';
import type { FaultCell } from './fault-cells.ts';
import {
  createAttemptsClient,
  createSecretsClient,
  resolveToLoopback,
  resolveToNothing,
} from './loopback-clients.ts';
import { toSecret } from './request-addresses.ts';
import { secretsFaults } from './secrets-faults.ts';
import type { FaultServers } from './start-fault-servers.ts';

/** Short, so that the run is short, and long enough for a busy machine. */
export const kaleyraTimeoutMs = 2000;
/** The maximum number of requests of one cell. Each has a tenant of its own. */
export const maxRequests = 250;

/** Composes a function for a cell, with the cell's cached credentials and its prepared connection. */
export const composeCell = async (
  { cached, prepared: state, secrets, kaleyra, attempts }: FaultCell,
  number: string,
  keyVersion: number,
  { ports, resetConnection }: FaultServers,
) => {
  const { connection } = kaleyra;
  const agent = new Agent({ keepAlive: true, ca: ports.authority, ...getLookup(kaleyra.connection, cached) });
  const toUrl = (isRefused: boolean | undefined, path: string) =>
    isRefused ? `http://127.0.0.1:${ports.connection.refused}` : `http://127.0.0.1:${ports.aws}/${path}`;
  const secretsClient = createSecretsClient(
    toUrl(secrets.isRefused, `secrets/${number}/${secretsFaults.indexOf(secrets)}/${keyVersion}`),
  );
  const attemptsClient =
    attempts &&
    createAttemptsClient(
      toUrl(attempts.fault.isRefused, `attempts/${number}/${attemptsFaults.indexOf(attempts.fault)}`),
    );
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  let readSecret = createReadSecret(secretsClient, 'kaleyra/');
  const credentials = createTenantCredentials((tenantId) => readSecret(tenantId), 300_000, clock);
  const hostname = connection === 'unresolvable' ? 'kaleyra.invalid' : 'api.in.kaleyra.io';
  const port = (connection && ports.connection[connection]) ?? ports.kaleyra;
  let first: Socket | undefined;
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (...all) => {
    const socket = createConnection(...all) as Socket;
    first ??= socket;
    return socket;
  };
  const prepared = state && prepareConnections(agent, clock);
  await prepared?.open(hostname, port, 1000);
  if (state === 'reset') await resetConnection(first);
  if (state === 'frozen') clock.ahead = 3_600_000;
  const exchange = createExchange(
    { protocol: 'https:', hostname, port, agent, ...(prepared && { prepared }) },
    clock,
  );
  const { invoke, events } = createTestHandler({
    credentials,
    kaleyra: createKaleyraClient(exchange),
    kaleyraTimeoutMs,
    attempts:
      attempts &&
      attemptsClient &&
      createAttemptLimiter(createDynamoDbStore(attemptsClient, 'attempts'), {
        onFailure: attempts.onFailure,
        tenantRequestsPerMinute: 1000,
      }),
  });

  const getTenant = (request: number) => `tenant-${number}-${request}`;
  if (cached !== 'none') {
    const read = readSecret;
    readSecret = async () => toSecret(1);
    for (let request = 0; request < maxRequests; request += 1)
      await credentials.read(getTenant(request), createSteps());
    readSecret = read;
    if (cached === 'stale') clock.ahead = 301_000;
  }
  return {
    invoke,
    events,
    getTenant,
    agent,
    close: () => {
      agent.destroy();
      secretsClient.destroy();
      attemptsClient?.destroy();
    },
  };
};

/** The real resolver is slow for a name that does not exist, so it is used once. */
const getLookup = (connection: string | undefined, cached: FaultCell['cached']): AgentOptions => {
  if (connection !== 'unresolvable') return { lookup: resolveToLoopback };
  return cached === 'fresh' ? {} : { lookup: resolveToNothing };
};
