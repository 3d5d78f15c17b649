import type { KaleyraFault, Outcome } from './kaleyra-fault.ts';
import { healthy, kaleyraFaults, rejectsKey } from './kaleyra-faults.ts';
import { healthySecrets, type SecretsFault, secretsFaults, slowSecrets } from './secrets-faults.ts';

/**
 * What the process knows of the tenant before the request: nothing; credentials that are fresh; credentials past their
 * time; or fresh ones whose key has been revoked, another being in the secret.
 */
export type Credentials = 'none' | 'fresh' | 'stale' | 'revoked';

/** What a cell's time goes into: work; work and a slow read; or mostly waiting. */
export const paces = ['busy', 'slow', 'waiting'] as const;
export type Pace = (typeof paces)[number];

const paceOf = (secrets: SecretsFault, kaleyra: KaleyraFault): Pace => {
  if (secrets === slowSecrets && !kaleyra.timesOut) return 'slow';
  return secrets.isSlow || kaleyra.timesOut ? 'waiting' : 'busy';
};

/** One square of the matrix. */
export interface FaultCell {
  readonly credentials: Credentials;
  /** What Secrets Manager does, where it is asked. */
  readonly secrets: SecretsFault;
  /** What Kaleyra does, with the revoked key where there is one. */
  readonly kaleyra: KaleyraFault;
  /** What it does with the other key. */
  readonly kaleyraThen: KaleyraFault;
  readonly outcome: Outcome;
  /** The most POSTs that the contract allows for one request. */
  readonly posts: number;
  readonly pace: Pace;
}

const cell = (
  credentials: Credentials,
  secrets: SecretsFault,
  kaleyra: KaleyraFault,
  outcome = kaleyra.outcome,
): FaultCell => ({
  credentials,
  secrets,
  kaleyra,
  kaleyraThen: kaleyra,
  outcome,
  posts: kaleyra.posts ?? 1,
  pace: paceOf(secrets, kaleyra),
});

/** Kaleyra alone. */
const kaleyraAlone = kaleyraFaults.map((kaleyra) => cell('fresh', healthySecrets, kaleyra));

/** Secrets Manager alone, with nothing to fall back on and with something. */
const secretsAlone = secretsFaults.flatMap((secrets) => [
  cell('none', secrets, healthy, secrets.outcome),
  cell('stale', secrets, healthy, secrets.isOutage ? 'Verified' : secrets.outcome),
]);

/** A read that is too slow and one that is never answered end in the same way: one of them will do for the pairs. */
const outagesForPairs = secretsFaults.filter(
  ({ name, isOutage }) => isOutage && name !== 'slower than its deadline',
);

/** The pairs that meet in one request: Secrets Manager lets it go on, and Kaleyra does as it does. */
const bothInTurn = kaleyraFaults
  .filter((kaleyra) => kaleyra !== healthy)
  .flatMap((kaleyra) => [
    cell('none', slowSecrets, kaleyra),
    ...outagesForPairs.map((secrets) =>
      // With a key that Kaleyra rejects, the stale credentials are of no use either.
      cell('stale', secrets, kaleyra, kaleyra === rejectsKey ? secrets.outcome : kaleyra.outcome),
    ),
  ]);

/** The other order: Kaleyra rejects the key, and then the forced read fails, or Kaleyra does with the other key. */
const afterRejection = (secrets: SecretsFault, kaleyraThen: KaleyraFault, outcome: Outcome): FaultCell => ({
  ...cell('revoked', secrets, rejectsKey, outcome),
  kaleyraThen,
  posts: 1 + (kaleyraThen.posts ?? (kaleyraThen.looksDead ? 2 : 1)),
  pace: paceOf(secrets, kaleyraThen),
});
const rejected = [
  ...secretsFaults.map((secrets) => afterRejection(secrets, healthy, secrets.outcome)),
  ...kaleyraFaults
    .filter(({ connection }) => !connection)
    .flatMap((kaleyra) => [
      afterRejection(healthySecrets, kaleyra, kaleyra.outcome),
      ...(kaleyra === healthy ? [] : [afterRejection(slowSecrets, kaleyra, kaleyra.outcome)]),
    ]),
];

export const faultCells: readonly FaultCell[] = [
  ...kaleyraAlone,
  ...secretsAlone,
  ...bothInTurn,
  ...rejected,
];
