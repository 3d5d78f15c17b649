import { randomBytes, randomUUID } from 'node:crypto';

/** An error of an AWS JSON protocol: `__type` and `Message`. */
export class AwsServiceError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
  }
}

/** A secret's value in the API's format: text, or bytes as base64. */
export interface SecretValue {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

interface Version {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdDate: number;
  readonly stages: Set<string>;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A secret with its versions. Dates are seconds since 1970, as in the API. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  description: string | undefined;
  readonly tags: readonly Tag[];
  readonly createdDate: number;
  lastChangedDate: number;
  /** When a secret that is marked for deletion is deleted. */
  deletedDate?: number | undefined;
  versions: Version[];
}

/** The stored secrets. */
export interface SecretsStore {
  readonly all: () => readonly Secret[];
  /** @throws AwsServiceError ResourceNotFoundException */
  readonly find: (nameOrArn: string) => Secret;
  /** @throws AwsServiceError ResourceExistsException or InvalidRequestException if the name is in use */
  readonly create: (name: string, description?: string, tags?: readonly Tag[]) => Secret;
  /** @throws AwsServiceError ResourceExistsException if the version exists with another value */
  readonly addVersion: (
    secret: Secret,
    value: SecretValue,
    id?: string,
    stages?: readonly string[],
  ) => Version;
  readonly remove: (secret: Secret) => void;
}

export const getSecondsNow = (): number => Math.round(Date.now()) / 1000;

/** Creates an empty store. ARNs contain the region and an account of zeros. */
export const createSecretsStore = (region: string): SecretsStore => {
  const secrets = new Map<string, Secret>();

  const find = (nameOrArn: string): Secret => {
    const secret = secrets.get(nameOrArn) ?? [...secrets.values()].find((one) => isArn(nameOrArn, one));
    if (secret) return secret;
    throw new AwsServiceError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  };

  const create: SecretsStore['create'] = (name, description, tags = []) => {
    const existing = secrets.get(name);
    if (existing?.deletedDate !== undefined) {
      const message =
        "You can't create this secret because a secret with this name is already scheduled for deletion.";
      throw new AwsServiceError('InvalidRequestException', message);
    }
    if (existing) {
      const message = `The operation failed because the secret ${name} already exists.`;
      throw new AwsServiceError('ResourceExistsException', message);
    }
    const now = getSecondsNow();
    const secret: Secret = {
      // Secrets Manager ends each ARN with six random characters, so that a secret that is created again has another ARN.
      arn: `arn:aws:secretsmanager:${region}:000000000000:secret:${name}-${randomBytes(3).toString('hex')}`,
      name,
      description,
      tags,
      createdDate: now,
      lastChangedDate: now,
      versions: [],
    };
    secrets.set(name, secret);
    return secret;
  };

  return {
    all: () => [...secrets.values()],
    find,
    create,
    addVersion,
    remove: (secret) => secrets.delete(secret.name),
  };
};

/** Whether the ARN is the secret's. It may lack the six random characters at its end. */
const isArn = (arn: string, secret: Secret): boolean => secret.arn === arn || secret.arn.slice(0, -7) === arn;

const addVersion: SecretsStore['addVersion'] = (
  secret,
  value,
  id = randomUUID(),
  stages = ['AWSCURRENT'],
) => {
  const existing = secret.versions.find((version) => version.id === id);
  if (existing && !isSameValue(existing.value, value)) {
    const message = `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`;
    throw new AwsServiceError('ResourceExistsException', message);
  }
  if (existing) return existing;
  const version: Version = { id, value, createdDate: getSecondsNow(), stages: new Set() };
  secret.versions.push(version);
  for (const stage of stages) moveStage(secret, stage, version);
  // The first version is always the current one.
  if (secret.versions.length === 1) version.stages.add('AWSCURRENT');
  secret.versions = secret.versions.filter(({ stages }) => stages.size > 0);
  secret.lastChangedDate = getSecondsNow();
  return version;
};

/** Moves a stage, which is on one version at a time. The version that was AWSCURRENT becomes AWSPREVIOUS. */
const moveStage = (secret: Secret, stage: string, to: Version): void => {
  const from = secret.versions.find(({ stages }) => stages.has(stage));
  from?.stages.delete(stage);
  to.stages.add(stage);
  if (stage === 'AWSCURRENT' && from) moveStage(secret, 'AWSPREVIOUS', from);
};

const isSameValue = (a: SecretValue, b: SecretValue): boolean =>
  a.SecretString === b.SecretString && a.SecretBinary === b.SecretBinary;
