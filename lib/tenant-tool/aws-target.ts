import {
  ListSecretsCommand,
  type ListSecretsCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** Where calls go, and whose it is, known before any goes there. */
export interface AwsTarget {
  readonly secretsManager: SecretsManagerClient;
  readonly region: string;
  /** Secrets Manager's, as the SDK resolves it. */
  readonly endpoint: string;
  /** The account's number, or that it is not known. */
  readonly account: string;
}

/**
 * Finds out where the tool is about to work, by the ordinary chain of the SDK. Asks STS alone.
 * @throws Error if there is no region or there are no credentials
 */
export const findTarget = async (givenRegion: string | undefined): Promise<AwsTarget> => {
  const secretsManager = new SecretsManagerClient({ ...withRegion(givenRegion), ...patience });
  const region = await secretsManager.config.region().catch(() => {
    throw new Error('There is no AWS region: give --region, or set AWS_REGION or a profile that has one.');
  });
  await secretsManager.config.credentials().catch((error: Error) => {
    throw new Error(
      `There are no AWS credentials (${error.message}). Sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.`,
    );
  });
  const endpoint = await endpointOf(secretsManager);
  return { secretsManager, region, endpoint, account: await accountBehind(region, endpoint) };
};

/** Milliseconds. An operator waits no longer than this for an answer, which may come at the second attempt. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

const withRegion = (region: string | undefined) => (region === undefined ? {} : { region });

/** The SDK decides on an endpoint only when it makes a request: so one is made, and stopped before it goes out. */
const endpointOf = async (client: SecretsManagerClient): Promise<string> => {
  let endpoint = '';
  const command = new ListSecretsCommand({});
  command.middlewareStack.add(
    () =>
      async ({ request }) => {
        const { protocol, hostname, port } = request as { protocol: string; hostname: string; port?: number };
        endpoint = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
        return { response: undefined, output: { $metadata: {} } satisfies ListSecretsCommandOutput };
      },
    { step: 'build' },
  );
  await client.send(command);
  return endpoint;
};

const unknownAccount = 'unknown (STS does not say)';

/**
 * An emulator of Secrets Manager alone knows no STS, and some policies deny it: that is no reason to stop. Where
 * Secrets Manager is on this machine, AWS has no say in whose it is, and is not asked.
 */
const accountBehind = async (region: string, secretsManagerEndpoint: string): Promise<string> => {
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(secretsManagerEndpoint).hostname);
  const at = isLocal ? { endpoint: secretsManagerEndpoint } : {};
  const sts = new STSClient({ region, ...at, ...patience, maxAttempts: 1 });
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return Account ?? unknownAccount;
  } catch {
    return unknownAccount;
  } finally {
    sts.destroy();
  }
};
