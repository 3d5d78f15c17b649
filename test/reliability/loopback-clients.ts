/** Clients that reach the servers of a run on loopback. */
import type { AgentOptions } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { dynamoDbSettings } from '../../functions/verify-number/attempts/dynamodb.ts';
import { createSecretsManagerClient } from '../../functions/verify-number/tenants/read-secret.ts';

const settings = { region: 'ap-south-1', credentials: { accessKeyId: 'FAKE', secretAccessKey: 'fake' } };

/** The function's client, with another endpoint. */
export const createSecretsClient = (endpoint: string): SecretsManagerClient =>
  createSecretsManagerClient({ ...settings, endpoint });

/** The function's client, with another endpoint. */
export const createAttemptsClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ ...dynamoDbSettings, ...settings, endpoint });

/** Resolves every name to 127.0.0.1, so that certificates are checked against Kaleyra's own names. */
export const resolveToLoopback: NonNullable<AgentOptions['lookup']> = (_host, options, found) => {
  if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};

/** Fails as the resolver does for a name that does not exist. */
export const resolveToNothing: NonNullable<AgentOptions['lookup']> = (host, _options, found) => {
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
  setImmediate(() => found(error, ''));
};
