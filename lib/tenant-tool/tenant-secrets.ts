import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Failure } from '../../functions/verify-number/core/failures.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { formatSecret, getSecretName, parseSecret } from '../../functions/verify-number/tenants/secret.ts';
import { retryThrottled } from './retry-throttled.ts';
import { isTenantId } from './tenant-id.ts';

interface TenantListing {
  readonly tenantId: string;
  /** When the secret's value or description was last changed, if Secrets Manager reports it. */
  readonly changedAt: Date | undefined;
}

/** A secret that exists. */
export interface StoredSecret {
  /** Absent if the value does not have the documented format. */
  readonly credentials?: TenantCredentials;
}

/** The tenants' secrets in one region. Every method throws the SDK's errors, or an Error of one sentence or two. */
export interface TenantSecrets {
  readonly region: string;
  /** The name of a tenant's secret. */
  readonly name: (tenantId: string) => string;
  /** @throws Error if the secret is scheduled for deletion, because it can then be neither read nor written */
  exists(tenantId: string): Promise<boolean>;
  /** @throws Error like `exists` */
  find(tenantId: string): Promise<StoredSecret | undefined>;
  /** @throws Failure CredentialsMisconfigured if the value does not have the documented format */
  read(tenantId: string): Promise<TenantCredentials>;
  create(tenantId: string, credentials: TenantCredentials, kmsKeyId: string | undefined): Promise<void>;
  update(tenantId: string, credentials: TenantCredentials): Promise<void>;
  /** Sorted by tenant id. */
  list(): Promise<TenantListing[]>;
  /** Deletes a secret. @returns the time until which it can be restored, or `undefined` with `force` */
  remove(tenantId: string, force: boolean): Promise<Date | undefined>;
}

export const createTenantSecrets = (
  client: SecretsManagerClient,
  region: string,
  prefix: string,
): TenantSecrets => {
  const name = (tenantId: string): string => getSecretName(prefix, tenantId);
  const scheduledForDeletion = (tenantId: string): Error =>
    new Error(
      `${name(tenantId)} in ${region} is scheduled for deletion. Restore it with aws secretsmanager restore-secret ` +
        `--secret-id ${name(tenantId)} --region ${region}, or wait until it is gone.`,
    );

  const read: TenantSecrets['read'] = async (tenantId) => {
    const { SecretString } = await retryThrottled(() =>
      client.send(new GetSecretValueCommand({ SecretId: name(tenantId), VersionStage: 'AWSCURRENT' })),
    );
    if (SecretString !== undefined) return parseSecret(SecretString);
    throw new Failure('CredentialsMisconfigured', `${name(tenantId)} is binary. It must be text.`);
  };

  return {
    region,
    name,
    read,

    exists: async (tenantId) => {
      try {
        const { DeletedDate } = await retryThrottled(() =>
          client.send(new DescribeSecretCommand({ SecretId: name(tenantId) })),
        );
        if (DeletedDate === undefined) return true;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return false;
        throw error;
      }
      throw scheduledForDeletion(tenantId);
    },

    find: async (tenantId) => {
      try {
        return { credentials: await read(tenantId) };
      } catch (error) {
        if (error instanceof Failure) return {};
        const { name: errorName, message } = error as Error;
        if (error instanceof ResourceNotFoundException) {
          // A secret without a current value exists too.
          return /staging label/i.test(message) ? {} : undefined;
        }
        if (errorName === 'InvalidRequestException' && /deletion|deleted/i.test(message)) {
          throw scheduledForDeletion(tenantId);
        }
        throw error;
      }
    },

    create: async (tenantId, credentials, kmsKeyId) => {
      await retryThrottled(() =>
        client.send(
          new CreateSecretCommand({
            Name: name(tenantId),
            SecretString: formatSecret(credentials),
            ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
          }),
        ),
      );
    },

    update: async (tenantId, credentials) => {
      await retryThrottled(() =>
        client.send(
          new PutSecretValueCommand({ SecretId: name(tenantId), SecretString: formatSecret(credentials) }),
        ),
      );
    },

    list: async () => {
      const tenants: TenantListing[] = [];
      let nextToken: string | undefined;
      do {
        const page = await retryThrottled(() =>
          client.send(
            new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }], NextToken: nextToken }),
          ),
        );
        for (const { Name = '', LastChangedDate } of page.SecretList ?? []) {
          const tenantId = Name.slice(prefix.length);
          // The filter ignores case, and matches names with more than one part after the prefix.
          if (!Name.startsWith(prefix) || !isTenantId(tenantId)) continue;
          tenants.push({ tenantId, changedAt: LastChangedDate });
        }
        nextToken = page.NextToken;
      } while (nextToken !== undefined);
      return tenants.sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
    },

    remove: async (tenantId, force) => {
      const { DeletionDate } = await retryThrottled(() =>
        client.send(
          new DeleteSecretCommand({
            SecretId: name(tenantId),
            ...(force ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: 30 }),
          }),
        ),
      );
      return force ? undefined : DeletionDate;
    },
  };
};
