/** The attempt store in DynamoDB. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { withinDeadline } from '../aws/within-deadline.ts';
import { attemptsDeadlineMs } from '../core/time-budget.ts';
import type { AttemptStore } from './limiter.ts';
import { attemptLimit, expiryAttribute, partitionKey, windowMs } from './limits.ts';
import { getMaxStamp, getStampTime, type Stamp } from './stamp.ts';

/** Settings of the SDK's client. Within the deadline, a try without a response leaves time for a second one. */
export const dynamoDbSettings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 450, requestTimeout: 450, throwOnRequestTimeout: true },
} as const;

/**
 * Creates the store. Every change is one conditional update of one item, so the limits hold for any number of concurrent
 * requests. The SDK repeats an update if it misses the response. Each update recognizes its stamp, so that it then
 * changes nothing.
 */
export const createDynamoDbStore = (client: DynamoDBClient, tableName: string): AttemptStore => {
  const toItem = (key: string) => ({ TableName: tableName, Key: { [partitionKey]: { S: key } } });

  const update = async (key: string, change: Change, abortSignal: AbortSignal): Promise<void> => {
    await client.send(new UpdateItemCommand({ ...toItem(key), ...change }), { abortSignal });
  };
  const updateOnce = (key: string, change: Change): Promise<void> =>
    withinDeadline(attemptsDeadlineMs, (abortSignal) => update(key, change, abortSignal));

  return {
    takeAttempt: async (key, stamp) => {
      try {
        await updateOnce(key, addAttempt(stamp));
        return 0;
      } catch (error) {
        const stamps = getStamps(error);
        if (stamps.includes(stamp)) return 0;
        const oldest = stamps.at(-1);
        return oldest ? Math.max(1, getStampTime(oldest) + windowMs - getStampTime(stamp)) : windowMs;
      }
    },

    giveBackAttempt: (key, stamp) =>
      withinDeadline(attemptsDeadlineMs, async (abortSignal) => {
        let place = 1;
        // Each later attempt moves it by one place, also while this runs.
        while (place !== notFound) {
          try {
            await update(key, removeAttempt(place, stamp), abortSignal);
            return;
          } catch (error) {
            place = getStamps(error).indexOf(stamp) + 1;
          }
        }
      }),

    clearAttempts: async (key) => {
      const command = new DeleteItemCommand(toItem(key));
      await withinDeadline(attemptsDeadlineMs, (abortSignal) => client.send(command, { abortSignal }));
    },

    takeRequest: async (key, stamp, limit) => {
      try {
        await updateOnce(key, addRequest(stamp, limit));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    giveBackRequest: (key, stamp) => updateOnce(key, removeRequest(stamp)),
  };
};

/** The place of a stamp that an item does not hold. */
const notFound = 0;

type Change = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

const none = { N: '0' };
const places = Array.from({ length: attemptLimit }, (_, index) => index + 1);

const toExpiry = (stamp: Stamp) => ({ N: String(Math.ceil((getStampTime(stamp) + windowMs) / 1000)) });

/**
 * An item holds the stamps of the last five attempts, the newest in `a1`. A new attempt moves each of them to the next place,
 * on the condition that the oldest attempt, in `a5`, is older than the window. So one conditional update is enough: a
 * list of stamps could not be compared with the time in a condition.
 */
const addAttempt = (stamp: Stamp): Change => ({
  // DynamoDB evaluates the right-hand sides before it writes. The order also suits an engine that does not.
  UpdateExpression: `SET ${places
    .slice(1)
    .reverse()
    .map((place) => `a${place} = if_not_exists(a${place - 1}, :none)`)
    .join(', ')}, a1 = :stamp, ${expiryAttribute} = :expires`,
  ConditionExpression: `attribute_not_exists(${partitionKey}) OR (a${attemptLimit} <= :opened AND ${places
    .map((place) => `a${place} <> :stamp`)
    .join(' AND ')})`,
  ExpressionAttributeValues: {
    ':stamp': { N: stamp },
    ':none': none,
    ':opened': { N: getMaxStamp(getStampTime(stamp) - windowMs) },
    ':expires': toExpiry(stamp),
  },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

/** Moves the older attempts back by one place. */
const removeAttempt = (place: number, stamp: Stamp): Change => ({
  UpdateExpression: `SET ${places
    .slice(place - 1)
    .map((each) => `a${each} = ${each < attemptLimit ? `a${each + 1}` : ':none'}`)
    .join(', ')}`,
  ConditionExpression: `a${place} = :stamp`,
  ExpressionAttributeValues: { ':stamp': { N: stamp }, ':none': none },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

/**
 * Returns the stamps of the item whose update was refused, the newest first.
 * @throws the error, if it is another one
 */
const getStamps = (error: unknown): Stamp[] => {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return places.map((place) => error.Item?.[`a${place}`]?.N ?? '');
};

/**
 * An item holds the stamps of a tenant's requests in one minute as a set.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
const addRequest = (stamp: Stamp, limit: number): Change => ({
  UpdateExpression: `ADD stamps :stamps SET ${expiryAttribute} = :expires`,
  ConditionExpression: 'attribute_not_exists(stamps) OR size(stamps) < :limit OR contains(stamps, :stamp)',
  ExpressionAttributeValues: {
    ':stamps': { NS: [stamp] },
    ':stamp': { N: stamp },
    ':limit': { N: String(limit) },
    ':expires': toExpiry(stamp),
  },
});

const removeRequest = (stamp: Stamp): Change => ({
  // The expiry, in case this creates the item.
  UpdateExpression: `DELETE stamps :stamps SET ${expiryAttribute} = if_not_exists(${expiryAttribute}, :expires)`,
  ExpressionAttributeValues: { ':stamps': { NS: [stamp] }, ':expires': toExpiry(stamp) },
});
