import {
  ListSecretsCommand,
  type ListSecretsCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { isLoopbackUrl } from '../local/loopback-url.ts';

/** The account, region and endpoint that a command works on. Known before any secret is read or written. */
export interface AwsTarget {
  readonly secretsManager: SecretsManagerClient;
  readonly region: string;
  /** Origin of Secrets Manager, as the SDK resolves it. */
  readonly endpoint: string;
  /** The account's number, or a note that it is unknown. */
  readonly account: string;
}

/**
 * Finds the targets of a command with the SDK's default chains for region, credentials and endpoint.
 * @param regions empty: the configured region
 * @throws Error if no region or no credentials are configured
 */
export const findTargets = async (regions: readonly string[]): Promise<AwsTarget[]> => {
  const [first, ...others] = await Promise.all(
    (regions.length > 0 ? regions : [undefined]).map(async (given) => {
      const secretsManager = new SecretsManagerClient({ ...(given && { region: given }), ...timeLimits });
      const region = await secretsManager.config.region().catch(() => {
        throw new Error(
          'No AWS region is configured. Pass --region, or set AWS_REGION or a profile with a region.',
        );
      });
      await secretsManager.config.credentials().catch((error: Error) => {
        throw new Error(
          `No AWS credentials were found (${error.message}). Sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.`,
        );
      });
      return { secretsManager, region, endpoint: await getEndpoint(secretsManager) };
    }),
  );
  if (!first) return [];
  const account = await getAccount(first.region, first.endpoint);
  return [first, ...others].map((target) => ({ ...target, account }));
};

/** Times in milliseconds. An operator waits for them. */
const timeLimits = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** The SDK resolves the endpoint only for a request, so this makes one and stops it before it is sent. */
const getEndpoint = async (client: SecretsManagerClient): Promise<string> => {
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

const unknownAccount = 'unknown (no response from STS)';

/**
 * Gets the account's number from STS. Some policies deny that, and an emulator of Secrets Manager has no STS: the
 * number is then unknown. With an emulator on loopback, STS is called there and not at AWS.
 */
const getAccount = async (region: string, secretsManagerEndpoint: string): Promise<string> => {
  const isLocal = isLoopbackUrl(secretsManagerEndpoint);
  const endpoint = isLocal ? { endpoint: secretsManagerEndpoint } : {};
  const sts = new STSClient({ region, ...endpoint, ...timeLimits, maxAttempts: 1 });
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return Account ?? unknownAccount;
  } catch {
    return unknownAccount;
  } finally {
    sts.destroy();
  }
};
