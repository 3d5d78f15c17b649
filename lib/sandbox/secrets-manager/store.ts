/** The secrets of the simulated Secrets Manager, with the API's names and its errors. Dates are seconds since 1970. */
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

/** A secret's value: text, or bytes as base64. */
export interface SecretValue {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

interface Version extends SecretValue {
  readonly VersionId: string;
  readonly CreatedDate: number;
}

export interface Secret {
  readonly ARN: string;
  readonly Name: string;
  readonly Description?: unknown;
  readonly Tags?: unknown;
  readonly CreatedDate: number;
  LastChangedDate: number;
  /** When a secret that is marked for deletion is deleted. */
  DeletedDate?: number;
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
      const message = "Secrets Manager can't find the specified secret.";
      throw new AwsServiceError('ResourceNotFoundException', message);
    },

    /** @throws AwsServiceError ResourceExistsException or InvalidRequestException if the name is in use */
    create: (Name: string, details: Pick<Secret, 'Description' | 'Tags'> = {}): Secret => {
      const existing = secrets.get(Name);
      if (existing?.DeletedDate !== undefined) {
        const message =
          "You can't create this secret because a secret with this name is already scheduled for deletion.";
        throw new AwsServiceError('InvalidRequestException', message);
      }
      if (existing) {
        const message = `The operation failed because the secret ${Name} already exists.`;
        throw new AwsServiceError('ResourceExistsException', message);
      }
      const CreatedDate = getSecondsNow();
      // Secrets Manager ends each ARN with six random characters, so that a secret that is created again has another ARN.
      const ARN = `arn:aws:secretsmanager:${region}:000000000000:secret:${Name}-${randomBytes(3).toString('hex')}`;
      const secret = { ARN, Name, ...details, CreatedDate, LastChangedDate: CreatedDate, versions: [] };
      secrets.set(Name, secret);
      return secret;
    },

    remove: ({ Name }: Secret): void => {
      secrets.delete(Name);
    },
  };
};

/** Whether the ARN is the secret's. It may lack the six random characters at its end. */
const isArn = (arn: string, { ARN }: Secret): boolean => ARN === arn || ARN.slice(0, -7) === arn;

/** Makes a value the current version of a secret. A repeated call with the same id has no effect. */
export const addVersion = (secret: Secret, value: SecretValue, id: string = randomUUID()): void => {
  if (secret.versions.some(({ VersionId }) => VersionId === id)) return;
  secret.LastChangedDate = getSecondsNow();
  const version = { VersionId: id, ...value, CreatedDate: secret.LastChangedDate };
  secret.versions = [version, ...secret.versions].slice(0, stages.length);
};
