/** Clients that find what the run puts on loopback. */
import type { AgentOptions } from 'node:https';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManagerSettings } from '../../functions/verify-number/tenants/read-secret.ts';

/** Secrets Manager's client as the function has it, but for where it goes. */
export const createSecretsClient = (endpoint: string): SecretsManagerClient =>
  new SecretsManagerClient({
    ...secretsManagerSettings,
    region: 'ap-south-1',
    credentials: { accessKeyId: 'FAKE', secretAccessKey: 'fake' },
    endpoint,
  });

/** Resolves every name to 127.0.0.1, so that Kaleyra keeps its own, and certificates are checked against it. */
export const toLoopback: NonNullable<AgentOptions['lookup']> = (_host, options, found) => {
  if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};

/** Fails as the resolver does with a name that there is not. */
export const toNowhere: NonNullable<AgentOptions['lookup']> = (host, _options, found) => {
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
  setImmediate(() => found(error, ''));
};
