/** The operations of Secrets Manager that the sandbox supports, with AWS's errors and texts. */
import {
  AwsServiceError,
  addVersion,
  getSecondsNow,
  type Secret,
  type SecretsStore,
  type SecretValue,
  stages,
} from './store.ts';

/** The JSON of a request, not validated. */
export type OperationInput = Readonly<Record<string, unknown>>;

type Operation = (store: SecretsStore, input: OperationInput) => object;

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */
export const operations: Readonly<Record<string, Operation>> = {
  CreateSecret: (store, input) => {
    const { Description, Tags } = input;
    const secret = store.create(readText(input, 'Name'), { Description, Tags });
    const value = readValue(input);
    if (value) addVersion(secret, value, readOptionalText(input, 'ClientRequestToken'));
    return { ...identify(secret), VersionId: secret.versions[0]?.VersionId };
  },

  PutSecretValue: (store, input) => {
    const secret = findUsable(store, input);
    const value = readValue(input);
    if (!value) throw createInvalidParameterError('You must provide either SecretString or SecretBinary.');
    addVersion(secret, value, readOptionalText(input, 'ClientRequestToken'));
    return { ...identify(secret), VersionId: secret.versions[0]?.VersionId, VersionStages: ['AWSCURRENT'] };
  },

  GetSecretValue: (store, input) => {
    const secret = findUsable(store, input);
    const id = readOptionalText(input, 'VersionId');
    const stage = readOptionalText(input, 'VersionStage') ?? 'AWSCURRENT';
    const index = secret.versions.findIndex((one, at) => (id ? one.VersionId === id : stages[at] === stage));
    const version = secret.versions[index];
    if (version) return { ...identify(secret), ...version, VersionStages: [stages[index]] };
    const which = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
    const message = `Secrets Manager can't find the specified secret value for ${which}`;
    throw new AwsServiceError('ResourceNotFoundException', message);
  },

  DescribeSecret: (store, input) => {
    const { versions, ...description } = store.find(readText(input, 'SecretId'));
    return { ...description, VersionIdsToStages: toStages(versions) };
  },

  ListSecrets: (store, input) => {
    const withDeleted = input['IncludePlannedDeletion'] === true;
    const matches = toNameFilter((input['Filters'] ?? []) as Filter[]);
    const found = store
      .all()
      .filter(({ Name, DeletedDate }) => (withDeleted || DeletedDate === undefined) && matches(Name))
      .map(({ versions, ...description }) => ({
        ...description,
        SecretVersionsToStages: toStages(versions),
      }));
    const from = Number(readOptionalText(input, 'NextToken') ?? 0);
    const to = from + Number(input['MaxResults'] ?? 100);
    return { SecretList: found.slice(from, to), ...(to < found.length && { NextToken: String(to) }) };
  },

  DeleteSecret: (store, input) => {
    if (input['ForceDeleteWithoutRecovery'] === true) {
      const secret = store.find(readText(input, 'SecretId'));
      store.remove(secret);
      return { ...identify(secret), DeletionDate: getSecondsNow() };
    }
    const secret = findUsable(store, input);
    secret.DeletedDate = getSecondsNow() + Number(input['RecoveryWindowInDays'] ?? 30) * 24 * 60 * 60;
    return { ...identify(secret), DeletionDate: secret.DeletedDate };
  },
};

const createInvalidParameterError = (message: string): AwsServiceError =>
  new AwsServiceError('InvalidParameterException', message);

const readOptionalText = (input: OperationInput, name: string): string | undefined => {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const readText = (input: OperationInput, name: string): string => {
  const value = readOptionalText(input, name);
  if (value !== undefined) return value;
  throw createInvalidParameterError(`You must provide a value for the ${name} parameter.`);
};

const readValue = (input: OperationInput): SecretValue | undefined => {
  const SecretString = readOptionalText(input, 'SecretString');
  if (SecretString !== undefined) return { SecretString };
  const SecretBinary = readOptionalText(input, 'SecretBinary');
  return SecretBinary === undefined ? undefined : { SecretBinary };
};

/** Finds a secret that is not marked for deletion. */
const findUsable = (store: SecretsStore, input: OperationInput): Secret => {
  const secret = store.find(readText(input, 'SecretId'));
  if (secret.DeletedDate === undefined) return secret;
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  throw new AwsServiceError('InvalidRequestException', message);
};

const toStages = (versions: Secret['versions']): object =>
  Object.fromEntries(versions.map(({ VersionId }, index) => [VersionId, [stages[index]]]));

const identify = ({ ARN, Name }: Secret): object => ({ ARN, Name });

interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

/** Filters by prefixes of the name. */
const toNameFilter = (filters: readonly Filter[]): ((name: string) => boolean) => {
  if (filters.some(({ Key }) => Key !== 'name')) {
    throw createInvalidParameterError('The sandbox filters by name only.');
  }
  return (name) => filters.every(({ Values }) => Values.some((value) => name.startsWith(value)));
};
