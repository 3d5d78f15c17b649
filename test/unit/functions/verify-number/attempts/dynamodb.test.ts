import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createDynamoDbStore,
  dynamoDbSettings,
} from '../../../../../functions/verify-number/attempts/dynamodb.ts';
import { partitionKey } from '../../../../../functions/verify-number/attempts/limits.ts';
import { createStamp } from '../../../../../functions/verify-number/attempts/stamp.ts';
import { attemptsDeadlineMs } from '../../../../../functions/verify-number/core/time-budget.ts';
import { describeAttemptStore } from '../../../../support/describe-attempt-store.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../../support/dynamodb.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';
import { startRawServer } from '../../../../support/raw-server.ts';

const deadlineHasEnded = `Not finished after ${attemptsDeadlineMs} ms`;

const timers = useManualTimers();

const windowMs = 10 * 60 * 1000;
const start = 1_800_000_000_000;

let dynamoDb: TestDynamoDb;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.close());

const createStore = (client = dynamoDb.client()) => createDynamoDbStore(client, dynamoDb.tableName);

describeAttemptStore('the attempt store in DynamoDB', () => createStore());

describe('the attempt store in DynamoDB, if the SDK repeats a write whose response it missed', () => {
  /** A store whose client sends every write `times` times. */
  const createRepeatingStore = (times: number) => {
    const client = dynamoDb.client();
    client.middlewareStack.add(
      (next) => async (args) => {
        for (let sent = 1; sent < times; sent += 1) await next(args).catch(() => {});
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    return createStore(client);
  };

  it('counts the attempt once', async () => {
    const store = createRepeatingStore(3);
    const take = () => store.takeAttempt('repeated attempt', createStamp(start));
    const waits = [await take(), await take(), await take(), await take(), await take(), await take()];
    expect(waits).toEqual([0, 0, 0, 0, 0, windowMs]);
  });

  it('counts the request once', async () => {
    const store = createRepeatingStore(3);
    const take = () => store.takeRequest('repeated request', createStamp(start), 2);
    expect([await take(), await take(), await take()]).toEqual([true, true, false]);
  });
});

describe('the items of the attempt store', () => {
  const read = async (key: string) => {
    const { Item } = await dynamoDb
      .client()
      .send(new GetItemCommand({ TableName: dynamoDb.tableName, Key: { [partitionKey]: { S: key } } }));
    return Item;
  };

  it('expire ten minutes after the last attempt or request', async () => {
    const store = createStore();
    await store.takeAttempt('expiring attempts', createStamp(start));
    await store.takeAttempt('expiring attempts', createStamp(start + 1));
    await store.takeRequest('expiring requests', createStamp(start), 2);
    expect(await read('expiring attempts')).toMatchObject({
      expires_at: { N: String((start + windowMs) / 1000 + 1) },
    });
    expect(await read('expiring requests')).toMatchObject({
      expires_at: { N: String((start + windowMs) / 1000) },
    });
  });

  it('disappear when the attempts are cleared', async () => {
    const store = createStore();
    await store.takeAttempt('cleared', createStamp(start));
    await store.clearAttempts('cleared');
    expect(await read('cleared')).toBeUndefined();
  });

  it('are written and deleted, but never read', async () => {
    const client = dynamoDb.client();
    const commands = new Set<string>();
    client.middlewareStack.add((next, { commandName }) => (args) => {
      commands.add(String(commandName));
      return next(args);
    });
    const store = createStore(client);
    const stamp = createStamp(start);
    for (let count = 0; count < 6; count += 1) await store.takeAttempt('commands', createStamp(start));
    await store.giveBackAttempt('commands', stamp);
    await store.clearAttempts('commands');
    await store.takeRequest('commands of requests', stamp, 1);
    await store.giveBackRequest('commands of requests', stamp);
    expect([...commands].sort()).toEqual(['DeleteItemCommand', 'UpdateItemCommand']);
  });

  it('contain stamps and an expiry, and nothing else', async () => {
    const { Items = [] } = await dynamoDb.client().send(new ScanCommand({ TableName: dynamoDb.tableName }));
    const names = new Set(Items.flatMap((item) => Object.keys(item)));
    expect([...names].sort()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', partitionKey, 'expires_at', 'stamps']);
  });
});

describe('the attempt store in DynamoDB, if DynamoDB fails', () => {
  it.each(['takeAttempt', 'giveBackAttempt', 'clearAttempts', 'takeRequest', 'giveBackRequest'] as const)(
    '%s rejects if DynamoDB is unreachable',
    async (method) => {
      const store = createStore(dynamoDb.client({ ...dynamoDbSettings, endpoint: 'http://127.0.0.1:1' }));
      await expect(store[method]('key', createStamp(start), 1)).rejects.toMatchObject({
        message: expect.stringContaining('ECONNREFUSED'),
      });
    },
  );

  it('gives an attempt back within one deadline, although that may take several updates', async () => {
    const client = dynamoDb.client();
    const stamp = createStamp(start);
    await createStore(client).takeAttempt('moved', stamp);
    let updates = 0;
    client.middlewareStack.add((next) => async (args) => {
      updates += 1;
      // Another attempt, so that the one to give back has moved.
      if (updates < 3) await createStore().takeAttempt('moved', createStamp(start));
      else timers.expire(attemptsDeadlineMs);
      return next(args);
    });
    await expect(createStore(client).giveBackAttempt('moved', stamp)).rejects.toThrow(deadlineHasEnded);
    expect(updates).toBe(3);
  });

  it('rejects at the deadline if DynamoDB is silent', async () => {
    const silent = await startRawServer({ onRequest: () => timers.expire(attemptsDeadlineMs) });
    const client = dynamoDb.client({ ...dynamoDbSettings, endpoint: `http://127.0.0.1:${silent.port}` });
    await expect(createStore(client).takeAttempt('key', createStamp(start))).rejects.toThrow(
      deadlineHasEnded,
    );
    expect(silent.requests).toHaveLength(1);
    await silent.close();
  });

  it('has time for a second try after one without a response', () => {
    const { maxAttempts, requestHandler } = dynamoDbSettings;
    expect(maxAttempts).toBe(2);
    expect(requestHandler).toMatchObject({ connectionTimeout: 450, throwOnRequestTimeout: true });
    expect(maxAttempts * requestHandler.requestTimeout).toBeLessThan(attemptsDeadlineMs);
  });
});
