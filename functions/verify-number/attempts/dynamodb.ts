import { randomInt } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../core/clock.ts';
import { attemptsDeadlineMs as deadlineMs } from '../time-budget.ts';
import { withinDeadline } from '../within-deadline.ts';
import { expiresAt, maxAttempts, partitionKey, windowMs } from './limits.ts';

/** Settings of the SDK's client: within the deadline, a first try that gets no answer leaves time for a second. */
export const dynamoDbSettings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 450, requestTimeout: 450, throwOnRequestTimeout: true },
} as const;

/**
 * Tells one attempt from any other: when it was made, in nanoseconds of Unix time, of which chance makes all that is
 * below the millisecond. As text, for it is past 2^53.
 */
export type Stamp = string;

/** The attempts on record. All methods throw what the SDK throws. */
export interface AttemptStore {
  /**
   * Records an attempt at the number, if it has one left.
   * @returns the attempt's stamp, or the milliseconds until there is an attempt to be had
   */
  take(number: string): Promise<{ readonly stamp: Stamp } | { readonly opensInMs: number }>;
  /** Takes an attempt off the record. */
  giveBack(number: string, stamp: Stamp): Promise<void>;
  /** Takes all of the number's attempts off the record. */
  clear(number: string): Promise<void>;
}

/**
 * One item for each number. It holds the stamps of the last attempts, the newest in `a1`; 0 stands for none. An attempt
 * moves them all on by one, and may do so if the stamp that falls out is older than the window. So the limit holds in
 * any ten minutes, by one conditional write, however many attempts come at once.
 */
export const createDynamoDbStore = (
  client: DynamoDBClient,
  tableName: string,
  clock: Clock = Date,
): AttemptStore => {
  const itemOf = (number: string) => ({ TableName: tableName, Key: { [partitionKey]: { S: number } } });

  const update = async (
    number: string,
    { expression, condition, values }: Change,
    abortSignal: AbortSignal,
  ): Promise<void> => {
    const command = new UpdateItemCommand({
      ...itemOf(number),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await client.send(command, { abortSignal });
  };

  return {
    take: async (number) => {
      const now = clock.now();
      const stamp = stampOf(now, randomInt(1_000_000));
      try {
        const values = {
          ':stamp': { N: stamp },
          ':none': none,
          ':opened': { N: stampOf(now - windowMs, 999_999) },
          ':expires': { N: String(Math.ceil((now + windowMs) / 1000)) },
        };
        const change = { expression: moveOn, condition: mayMoveOn, values };
        await withinDeadline(deadlineMs, (abortSignal) => update(number, change, abortSignal));
        return { stamp };
      } catch (error) {
        const stamps = stampsIn(error);
        if (stamps.includes(stamp)) return { stamp };
        const oldest = stamps.at(-1);
        return { opensInMs: oldest ? millisecondsOf(oldest) + windowMs - now : windowMs };
      }
    },

    giveBack: (number, stamp) =>
      withinDeadline(deadlineMs, async (abortSignal) => {
        const values = { ':stamp': { N: stamp }, ':none': none };
        // Attempts that came later have moved it on, and may do so again meanwhile.
        for (let place = 1; place > 0; ) {
          try {
            const change = { expression: moveBackTo(place), condition: `a${place} = :stamp`, values };
            await update(number, change, abortSignal);
            return;
          } catch (error) {
            place = stampsIn(error).indexOf(stamp) + 1;
          }
        }
      }),

    clear: async (number) => {
      const command = new DeleteItemCommand(itemOf(number));
      await withinDeadline(deadlineMs, (abortSignal) => client.send(command, { abortSignal }));
    },
  };
};

interface Change {
  readonly expression: string;
  readonly condition: string;
  readonly values: Readonly<Record<string, { readonly N: string }>>;
}

const none = { N: '0' };
const places = Array.from({ length: maxAttempts }, (_, index) => index + 1);

/** DynamoDB reads all right-hand sides before it writes; from the oldest on, it comes out alike where one does not. */
const moveOn = `SET ${places
  .slice(1)
  .reverse()
  .map((place) => `a${place} = if_not_exists(a${place - 1}, :none)`)
  .join(', ')}, a1 = :stamp, ${expiresAt} = :expires`;

/** The last part: the SDK sends a write again whose answer it missed, which must not count twice. */
const mayMoveOn =
  `attribute_not_exists(${partitionKey}) OR ` + `(a${maxAttempts} <= :opened AND a1 <> :stamp)`;

const moveBackTo = (gap: number): string =>
  `SET ${places
    .slice(gap - 1)
    .map((place) => `a${place} = ${place < maxAttempts ? `a${place + 1}` : ':none'}`)
    .join(', ')}`;

/** The stamps on record, the newest first, that a write was refused for. */
const stampsIn = (error: unknown): Stamp[] => {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return places.map((place) => error.Item?.[`a${place}`]?.N ?? '');
};

const stampOf = (milliseconds: number, below: number): Stamp =>
  `${milliseconds}${String(below).padStart(6, '0')}`;

const millisecondsOf = (stamp: Stamp): number => Math.floor(Number(stamp) / 1e6);
