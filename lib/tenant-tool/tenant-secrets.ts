import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { parseSecret } from '../../functions/verify-number/tenants/secret.ts';

export interface TenantListing {
  readonly tenantId: string;
  /** When the secret's value or its description was changed last, where Secrets Manager says so. */
  readonly changedAt: Date | undefined;
}

/** Tenants' secrets, as an operator sees them. Every method fails as the SDK does, or with a sentence. */
export interface TenantSecrets {
  /** Whether there is a secret. One that is about to be deleted is refused, for it can be neither read nor written. */
  exists(tenantId: string): Promise<boolean>;
  create(tenantId: string, credentials: TenantCredentials, kmsKeyId: string | undefined): Promise<void>;
  update(tenantId: string, credentials: TenantCredentials): Promise<void>;
  list(): Promise<TenantListing[]>;
  /** @throws Failure CredentialsMisconfigured where the function would find it so */
  read(tenantId: string): Promise<TenantCredentials>;
  /** Deletes, and says until when the secret can be restored, or `undefined` if it is gone for good. */
  remove(tenantId: string, force: boolean): Promise<Date | undefined>;
}

export const createTenantSecrets = (client: SecretsManagerClient, prefix: string): TenantSecrets => {
  const nameOf = (tenantId: string): string => prefix + tenantId;
  const secretOf = ({ sid, apiKey }: TenantCredentials): string => JSON.stringify({ sid, apiKey });

  return {
    exists: async (tenantId) => {
      const secret = await describe(client, nameOf(tenantId));
      if (secret?.DeletedDate === undefined) return secret !== undefined;
      throw new Error(
        `${nameOf(tenantId)} is being deleted. Restore it (aws secretsmanager restore-secret --secret-id ` +
          `${nameOf(tenantId)}), or wait until it is gone.`,
      );
    },

    create: async (tenantId, credentials, kmsKeyId) => {
      await client.send(
        new CreateSecretCommand({
          Name: nameOf(tenantId),
          SecretString: secretOf(credentials),
          ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
        }),
      );
    },

    update: async (tenantId, credentials) => {
      await client.send(
        new PutSecretValueCommand({ SecretId: nameOf(tenantId), SecretString: secretOf(credentials) }),
      );
    },

    list: async () => {
      const tenants: TenantListing[] = [];
      const pages = paginateListSecrets({ client }, { Filters: [{ Key: 'name', Values: [prefix] }] });
      for await (const { SecretList = [] } of pages) {
        for (const { Name = '', LastChangedDate } of SecretList) {
          const tenantId = Name.slice(prefix.length);
          // The filter ignores case, and what lies deeper is nobody's secret.
          if (!Name.startsWith(prefix) || !fields.tenant_id.pattern.test(tenantId)) continue;
          tenants.push({ tenantId, changedAt: LastChangedDate });
        }
      }
      return tenants.sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
    },

    read: async (tenantId) => {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: nameOf(tenantId), VersionStage: 'AWSCURRENT' }),
      );
      if (SecretString === undefined) throw new Error(`${nameOf(tenantId)} is binary. It must be text.`);
      return parseSecret(SecretString);
    },

    remove: async (tenantId, force) => {
      const { DeletionDate } = await client.send(
        new DeleteSecretCommand({
          SecretId: nameOf(tenantId),
          ...(force ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: 30 }),
        }),
      );
      return force ? undefined : DeletionDate;
    },
  };
};

const describe = async (
  client: SecretsManagerClient,
  name: string,
): Promise<DescribeSecretCommandOutput | undefined> => {
  try {
    return await client.send(new DescribeSecretCommand({ SecretId: name }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};
