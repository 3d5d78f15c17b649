/** The tenants' secrets in one region. Every method throws the SDK's errors, or an Error of one sentence or two. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandOutput,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Failure } from '../../functions/verify-number/core/failures.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { formatSecret, getSecretName, parseSecret } from '../../functions/verify-number/tenants/secret.ts';
import { findSigner, getCallerIdentity, timeLimits } from '../local/aws-identity.ts';
import { isLoopbackUrl } from '../local/loopback-url.ts';
import { isTenantId, type ToolCommand } from './command-line.ts';
import { redactError } from './error-message.ts';

export type TenantSecrets = Awaited<ReturnType<typeof connect>>;

/** A secret that exists, or what is wrong with its value. */
export type StoredSecret = { readonly credentials: TenantCredentials } | { readonly problem: string };

/**
 * Connects to the regions of a command.
 * @throws Error if no region or no credentials are configured
 */
export const findRegions = ({ regions, prefix }: ToolCommand): Promise<TenantSecrets[]> =>
  Promise.all((regions.length > 0 ? regions : [undefined]).map((region) => connect(region, prefix)));

const connect = async (givenRegion: string | undefined, prefix: string) => {
  const client = new SecretsManagerClient({ ...(givenRegion && { region: givenRegion }), ...timeLimits });
  const { region } = await findSigner(client);
  const endpoint = await getEndpoint(client);
  const send = ((command: Parameters<typeof client.send>[0]) =>
    retryThrottled(() => client.send(command))) as typeof client.send;
  /** Sends a command that contains credentials. */
  const write = async (
    credentials: TenantCredentials,
    command: CreateSecretCommand | PutSecretValueCommand,
  ) => {
    try {
      await send(command as PutSecretValueCommand);
    } catch (error) {
      throw redactError(error, credentials);
    }
  };

  const getName = (tenantId: string): string => getSecretName(prefix, tenantId);
  const noSecret = (tenantId: string): Error =>
    new Error(
      `There is no secret ${getName(tenantId)} in ${region}. See the tenants with npm run tenant -- list.`,
    );
  const scheduledForDeletion = (tenantId: string): Error =>
    new Error(
      `${getName(tenantId)} in ${region} is scheduled for deletion. Restore it with aws secretsmanager ` +
        `restore-secret --secret-id ${getName(tenantId)} --region ${region}, or wait until it is gone.`,
    );

  const find = async (tenantId: string): Promise<StoredSecret | undefined> => {
    try {
      const command = new GetSecretValueCommand({ SecretId: getName(tenantId), VersionStage: 'AWSCURRENT' });
      const { SecretString } = await send(command);
      if (SecretString === undefined) return { problem: `${getName(tenantId)} is binary. It must be text.` };
      return { credentials: parseSecret(SecretString) };
    } catch (error) {
      const { name, message } = error as Error;
      if (error instanceof Failure) return { problem: message };
      if (error instanceof ResourceNotFoundException) {
        return /staging label/i.test(message) ? { problem: message } : undefined;
      }
      const isDeleted = name === 'InvalidRequestException' && /deletion|deleted/i.test(message);
      throw isDeleted ? scheduledForDeletion(tenantId) : error;
    }
  };

  return {
    region,
    /** Origin of Secrets Manager, as the SDK resolves it. */
    endpoint,
    /** The account's number, or a note that it is unknown. Absent for an emulator that reports none. */
    account: await getAccount(region, endpoint),
    getName,
    close: () => client.destroy(),

    /** @throws Error if the secret does not exist, or is scheduled for deletion */
    requireSecret: async (tenantId: string): Promise<void> => {
      const { DeletedDate } = await send(new DescribeSecretCommand({ SecretId: getName(tenantId) })).catch(
        (error) => {
          throw error instanceof ResourceNotFoundException ? noSecret(tenantId) : error;
        },
      );
      if (DeletedDate !== undefined) throw scheduledForDeletion(tenantId);
    },

    /** @throws Error if the secret is scheduled for deletion, because it can then be neither read nor written */
    find,

    /** @throws Error also if the value does not have the documented format */
    read: async (tenantId: string): Promise<TenantCredentials> => {
      const secret = await find(tenantId);
      if (!secret) throw noSecret(tenantId);
      if ('problem' in secret) throw new Error(secret.problem);
      return secret.credentials;
    },

    create: (tenantId: string, credentials: TenantCredentials, kmsKeyId: string | undefined) => {
      const secret = { Name: getName(tenantId), SecretString: formatSecret(credentials) };
      return write(credentials, new CreateSecretCommand({ ...secret, KmsKeyId: kmsKeyId }));
    },

    update: (tenantId: string, credentials: TenantCredentials) =>
      write(
        credentials,
        new PutSecretValueCommand({ SecretId: getName(tenantId), SecretString: formatSecret(credentials) }),
      ),

    /** `changedAt` is when the secret's value or description was last changed, if reported. */
    list: async () => {
      const tenants: { readonly tenantId: string; readonly changedAt: Date | undefined }[] = [];
      let NextToken: string | undefined;
      do {
        const page = await send(
          new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }], NextToken }),
        );
        for (const { Name = '', LastChangedDate } of page.SecretList ?? []) {
          const tenantId = Name.slice(prefix.length);
          // The filter ignores case, and matches names with more than one part after the prefix.
          if (!Name.startsWith(prefix) || !isTenantId(tenantId)) continue;
          tenants.push({ tenantId, changedAt: LastChangedDate });
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return tenants;
    },

    /** Deletes a secret. @returns the time until which it can be restored, or `undefined` with `force` */
    remove: async (tenantId: string, force: boolean): Promise<Date | undefined> => {
      const recovery = force ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: 30 };
      const { DeletionDate } = await send(
        new DeleteSecretCommand({ SecretId: getName(tenantId), ...recovery }),
      );
      return force ? undefined : DeletionDate;
    },
  };
};

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

/** Some policies deny STS. With an emulator on loopback, STS is called there and not at AWS, if it has one. */
const getAccount = async (region: string, endpoint: string): Promise<string | undefined> => {
  const isLocal = isLoopbackUrl(endpoint);
  const { Account } = await getCallerIdentity(region, isLocal ? endpoint : undefined);
  return Account ?? (isLocal ? undefined : 'unknown (no response from STS)');
};

/** In milliseconds. */
const delays = { first: 200, longest: 5000 };
const maxTries = 8;

/**
 * Repeats a call that Secrets Manager throttles, with exponential backoff and full jitter. A throttled call has no effect.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
const retryThrottled = async <T>(call: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const isThrottled = /throttl|TooManyRequests|LimitExceeded/i.test((error as Error).name);
      if (tries === maxTries || !isThrottled) throw error;
      await wait(Math.random() * Math.min(delays.longest, delays.first * 2 ** tries));
    }
  }
};
