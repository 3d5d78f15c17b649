/** The secrets of the simulated Secrets Manager, and its errors. Dates are seconds since 1970, as in the API. */
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
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  /** What is only repeated in responses: description and tags. */
  readonly details: object;
  readonly createdDate: number;
  lastChangedDate: number;
  /** When a secret that is marked for deletion is deleted. */
  deletedDate?: number;
  /** The current version and the previous one, as far as they exist. */
  versions: readonly Version[];
}

/** The staging labels of `Secret.versions`, by index. */
export const stages = ['AWSCURRENT', 'AWSPREVIOUS'] as const;

export const getSecondsNow = (): number => Date.now() / 1000;

export type SecretsStore = ReturnType<typeof createSecretsStore>;

/** Creates an empty store. ARNs contain the region and an account of zeros. */
export const createSecretsStore = (region: string) => {
  const secrets = new Map<string, Secret>();
  return {
    all: (): Secret[] => [...secrets.values()],

    /** @throws AwsServiceError ResourceNotFoundException */
    find: (nameOrArn: string): Secret => {
      const secret = secrets.get(nameOrArn) ?? [...secrets.values()].find((one) => isArn(nameOrArn, one));
      if (secret) return secret;
      throw new AwsServiceError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    },

    /** @throws AwsServiceError ResourceExistsException or InvalidRequestException if the name is in use */
    create: (name: string, details: object = {}): Secret => {
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
      const createdDate = getSecondsNow();
      // Secrets Manager ends each ARN with six random characters, so that a secret that is created again has another ARN.
      const arn = `arn:aws:secretsmanager:${region}:000000000000:secret:${name}-${randomBytes(3).toString('hex')}`;
      const secret = { arn, name, details, createdDate, lastChangedDate: createdDate, versions: [] };
      secrets.set(name, secret);
      return secret;
    },

    remove: (secret: Secret): void => {
      secrets.delete(secret.name);
    },
  };
};

/** Whether the ARN is the secret's. It may lack the six random characters at its end. */
const isArn = (arn: string, secret: Secret): boolean => secret.arn === arn || secret.arn.slice(0, -7) === arn;

/** Makes a value the current version of a secret. A repeated call with the same id has no effect. */
export const addVersion = (secret: Secret, value: SecretValue, id: string = randomUUID()): Version => {
  const existing = secret.versions.find((version) => version.id === id);
  if (existing) return existing;
  const version = { id, value, createdDate: getSecondsNow() };
  secret.versions = [version, ...secret.versions].slice(0, stages.length);
  secret.lastChangedDate = version.createdDate;
  return version;
};
