import {
  AwsServiceError,
  getSecondsNow,
  type Secret,
  type SecretsStore,
  type SecretValue,
  type Tag,
} from './store.ts';

/** The JSON of a request, not validated. */
export type OperationInput = Readonly<Record<string, unknown>>;

type Operation = (store: SecretsStore, input: OperationInput) => object;

/**
 * The operations of Secrets Manager that the sandbox supports, with AWS's errors and texts.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export const operations: Readonly<Record<string, Operation>> = {
  CreateSecret: (store, input) => {
    const name = readText(input, 'Name');
    const value = readSecretValue(input);
    const secret = store.create(name, readOptionalText(input, 'Description'), (input['Tags'] ?? []) as Tag[]);
    const version = value && store.addVersion(secret, value, readOptionalText(input, 'ClientRequestToken'));
    return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
  },

  PutSecretValue: (store, input) => {
    const secret = requireUsable(store.find(readText(input, 'SecretId')));
    const value = readSecretValue(input);
    if (!value) throw createInvalidParameterError('You must provide either SecretString or SecretBinary.');
    const version = store.addVersion(
      secret,
      value,
      readOptionalText(input, 'ClientRequestToken'),
      input['VersionStages'] as string[] | undefined,
    );
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: [...version.stages],
    };
  },

  UpdateSecret: (store, input) => {
    const secret = requireUsable(store.find(readText(input, 'SecretId')));
    const value = readSecretValue(input);
    secret.description = readOptionalText(input, 'Description') ?? secret.description;
    const version = value && store.addVersion(secret, value, readOptionalText(input, 'ClientRequestToken'));
    return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
  },

  GetSecretValue: (store, input) => {
    const secret = requireUsable(store.find(readText(input, 'SecretId')));
    const id = readOptionalText(input, 'VersionId');
    const stage = readOptionalText(input, 'VersionStage') ?? (id === undefined ? 'AWSCURRENT' : undefined);
    const version = secret.versions.find(
      (one) => (id ?? one.id) === one.id && (stage === undefined || one.stages.has(stage)),
    );
    if (!version) {
      const which = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
      throw new AwsServiceError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${which}`,
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      ...version.value,
      VersionStages: [...version.stages],
      CreatedDate: version.createdDate,
    };
  },

  DescribeSecret: (store, input) => {
    const secret = store.find(readText(input, 'SecretId'));
    return { ...describe(secret), VersionIdsToStages: toStages(secret) };
  },

  ListSecrets: (store, input) => {
    const withDeleted = input['IncludePlannedDeletion'] === true;
    const found = store
      .all()
      .filter((secret) => withDeleted || secret.deletedDate === undefined)
      .filter((secret) => matchesAll(secret, (input['Filters'] ?? []) as Filter[]));
    if (input['SortOrder'] !== 'asc') found.reverse();
    const from = Number(readOptionalText(input, 'NextToken') ?? 0);
    const to = from + Number(input['MaxResults'] ?? 100);
    return {
      SecretList: found
        .slice(from, to)
        .map((secret) => ({ ...describe(secret), SecretVersionsToStages: toStages(secret) })),
      ...(to < found.length && { NextToken: String(to) }),
    };
  },

  DeleteSecret: (store, input) => {
    const days = input['RecoveryWindowInDays'];
    const force = input['ForceDeleteWithoutRecovery'] === true;
    if (force && days !== undefined) {
      throw createInvalidParameterError(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    if (days !== undefined && !(Number(days) >= 7 && Number(days) <= 30)) {
      throw createInvalidParameterError(
        'RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      );
    }
    const secret = store.find(readText(input, 'SecretId'));
    if (force) {
      store.remove(secret);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: getSecondsNow() };
    }
    requireUsable(secret).deletedDate = getSecondsNow() + Number(days ?? 30) * 24 * 60 * 60;
    return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedDate };
  },

  RestoreSecret: (store, input) => {
    const secret = store.find(readText(input, 'SecretId'));
    secret.deletedDate = undefined;
    return { ARN: secret.arn, Name: secret.name };
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

const readSecretValue = (input: OperationInput): SecretValue | undefined => {
  const SecretString = readOptionalText(input, 'SecretString');
  const SecretBinary = readOptionalText(input, 'SecretBinary');
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw createInvalidParameterError(
      "You can't specify both a binary secret value and a string secret value.",
    );
  }
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
};

const requireUsable = (secret: Secret): Secret => {
  if (secret.deletedDate === undefined) return secret;
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  throw new AwsServiceError('InvalidRequestException', message);
};

const toStages = (secret: Secret): Record<string, string[]> =>
  Object.fromEntries(secret.versions.map(({ id, stages }) => [id, [...stages]]));

const describe = (secret: Secret) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  LastChangedDate: secret.lastChangedDate,
  DeletedDate: secret.deletedDate,
  Tags: secret.tags,
  CreatedDate: secret.createdDate,
});

interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

/** Whether the secret matches all filters. A value is a prefix; a value that starts with `!` negates the prefix. */
const matchesAll = (secret: Secret, filters: readonly Filter[]): boolean =>
  filters.every(({ Key, Values }) => {
    const texts = toFilterTexts(secret, Key);
    return Values.some((value) =>
      value.startsWith('!')
        ? !texts.some((text) => text.startsWith(value.slice(1)))
        : texts.some((text) => text.startsWith(value)),
    );
  });

const toFilterTexts = ({ name, description, tags }: Secret, key: string): string[] => {
  switch (key) {
    case 'name':
      return [name];
    case 'description':
      return description === undefined ? [] : [description];
    case 'tag-key':
      return tags.map((tag) => tag.Key);
    case 'tag-value':
      return tags.map((tag) => tag.Value);
    case 'all':
      return ['name', 'description', 'tag-key', 'tag-value'].flatMap((one) =>
        toFilterTexts({ name, description, tags } as Secret, one),
      );
    default:
      throw createInvalidParameterError(`The sandbox does not filter by ${key}.`);
  }
};
