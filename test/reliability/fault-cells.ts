/** The cells of the fault matrix: which faults one request meets, and how it has to end. */
import type { OnFailure } from '../../functions/verify-number/attempts/limits.ts';
import { type AttemptsFault, attemptsFaults } from './attempts-faults.ts';
import type { Expected, KaleyraFault } from './kaleyra-fault.ts';
import { healthy, kaleyraFaults } from './kaleyra-faults.ts';
import { rejectsKey } from './kaleyra-response-faults.ts';
import { transportFaults } from './kaleyra-transport-faults.ts';
import { healthySecrets, type SecretsFault, secretsFaults, slowSecrets } from './secrets-faults.ts';

/**
 * What the process has cached for the tenant before the request: nothing; fresh credentials; credentials whose TTL has
 * ended; or fresh ones whose key was revoked, while the secret contains another key.
 */
export type Cached = 'none' | 'fresh' | 'stale' | 'revoked';

/**
 * A connection to Kaleyra that was opened before the first request: it can be used; it was reset by Kaleyra; or the process
 * was frozen for an hour.
 */
export type Prepared = 'open' | 'reset' | 'frozen';

/** How a cell spends its time, which decides how many cells run in parallel. */
export const paces = ['busy', 'slow', 'waiting'] as const;
export type Pace = (typeof paces)[number];

export interface FaultCell {
  readonly cached: Cached;
  /** Absent: no connection was opened. */
  readonly prepared?: Prepared;
  /** The fault of Secrets Manager, if it is called. */
  readonly secrets: SecretsFault;
  /** The fault of Kaleyra, for the revoked key if there is one. */
  readonly kaleyra: KaleyraFault;
  /** The fault of Kaleyra for the other key. */
  readonly kaleyraThen: KaleyraFault;
  /** Absent: attempts are not counted. */
  readonly attempts?: { readonly fault: AttemptsFault; readonly onFailure: OnFailure };
  readonly expected: Expected;
  /** The maximum number of POSTs for one request. */
  readonly posts: number;
  readonly pace: Pace;
}

export const getName = ({ cached, prepared, secrets, kaleyra, kaleyraThen, attempts }: FaultCell): string =>
  [
    `cached: ${cached}`,
    ...(prepared ? [`prepared connection: ${prepared}`] : []),
    `Secrets Manager: ${secrets.name}`,
    `Kaleyra: ${kaleyra.name}${kaleyraThen === kaleyra ? '' : `, then ${kaleyraThen.name}`}`,
    ...(attempts ? [`DynamoDB: ${attempts.fault.name}, ${attempts.onFailure}`] : []),
  ].join(' | ');

const getPace = (secrets: SecretsFault, kaleyra: KaleyraFault): Pace => {
  if (secrets === slowSecrets && !kaleyra.timesOut) return 'slow';
  return secrets.isSlow || kaleyra.timesOut ? 'waiting' : 'busy';
};

const createCell = (
  cached: Cached,
  secrets: SecretsFault,
  kaleyra: KaleyraFault,
  expected: Expected = kaleyra,
): FaultCell => ({
  cached,
  secrets,
  kaleyra,
  kaleyraThen: kaleyra,
  expected,
  posts: kaleyra.posts ?? 1,
  pace: getPace(secrets, kaleyra),
});

const kaleyraAlone = kaleyraFaults.map((kaleyra) => createCell('fresh', healthySecrets, kaleyra));

/** A prepared connection, which a request may find dead as it may find a kept-alive one. */
const withPrepared = kaleyraFaults
  .filter(({ connection }) => connection !== 'unresolvable')
  .filter((kaleyra) => kaleyra === healthy || kaleyra.connection || transportFaults.includes(kaleyra))
  .flatMap((kaleyra) =>
    (['open', 'reset', 'frozen'] as const).map((prepared): FaultCell => {
      const cell = createCell('fresh', healthySecrets, kaleyra);
      return { ...cell, prepared, posts: kaleyra.looksDead ? 2 : cell.posts };
    }),
  );

/** Secrets Manager alone, without cached credentials and with stale ones. */
const secretsAlone = secretsFaults.flatMap((secrets) => [
  createCell('none', secrets, healthy, secrets),
  createCell('stale', secrets, healthy, secrets.isOutage ? healthy : secrets),
]);

const attemptsAlone = attemptsFaults.flatMap((fault) =>
  (['allow', 'refuse'] as const).map((onFailure): FaultCell => {
    const { reason, mayTimeOut } = fault;
    const isRefused = reason !== undefined && onFailure === 'refuse';
    const refusal: Expected = {
      outcome: 'AttemptsUnavailable',
      ...(!mayTimeOut && { reason: reason ?? '' }),
    };
    const expected = isRefused ? refusal : healthy;
    const cell = createCell('fresh', healthySecrets, healthy, expected);
    return { ...cell, attempts: { fault, onFailure }, pace: fault.isSlow ? 'waiting' : 'busy' };
  }),
);

const pairedFaults = kaleyraFaults.filter((kaleyra) => kaleyra !== healthy && !kaleyra.isAlone);
const pairedOutages = secretsFaults.filter(({ isOutage, isAlone }) => isOutage && !isAlone);

/** Both in one request: Secrets Manager fails, the request continues, and Kaleyra fails. */
const bothInTurn = pairedFaults.flatMap((kaleyra) => [
  createCell('none', slowSecrets, kaleyra),
  ...pairedOutages.map((secrets) =>
    // If Kaleyra rejects the key, the stale credentials cannot be used either.
    createCell('stale', secrets, kaleyra, kaleyra === rejectsKey ? secrets : kaleyra),
  ),
]);

/** The other order: Kaleyra rejects the key, and then the forced read fails, or Kaleyra does with the other key. */
const createRejection = (
  secrets: SecretsFault,
  kaleyraThen: KaleyraFault,
  expected: Expected,
): FaultCell => ({
  ...createCell('revoked', secrets, rejectsKey, expected),
  kaleyraThen,
  posts: 1 + (kaleyraThen.posts ?? (kaleyraThen.looksDead ? 2 : 1)),
  pace: getPace(secrets, kaleyraThen),
});
const afterRejection = [
  createRejection(healthySecrets, healthy, healthy),
  ...secretsFaults.map((secrets) => createRejection(secrets, healthy, secrets)),
  ...pairedFaults
    .filter(({ connection }) => !connection)
    .flatMap((kaleyra) => [
      createRejection(healthySecrets, kaleyra, kaleyra),
      createRejection(slowSecrets, kaleyra, kaleyra),
    ]),
];

export const faultCells: readonly FaultCell[] = [
  ...kaleyraAlone,
  ...withPrepared,
  ...secretsAlone,
  ...attemptsAlone,
  ...bothInTurn,
  ...afterRejection,
];
