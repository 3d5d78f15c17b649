/**
 * The bundle that the CDK builds with `countAttempts`, in a process of its own behind a Lambda Runtime API, with attempts
 * counted in a DynamoDB. `function.test.ts` asserts that the other bundle contains none of it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBuiltFunction } from '../support/built-function.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { directEvent } from '../support/events.ts';

let dynamoDb: TestDynamoDb;
let started: Awaited<ReturnType<typeof startBuiltFunction>>;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  const environment = {
    ATTEMPTS_TABLE: dynamoDb.tableName,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamoDb.port}`,
  };
  started = await startBuiltFunction({ countAttempts: 'true' }, environment);
});
afterAll(async () => {
  await started?.close();
  await dynamoDb?.close();
});

describe('the bundle with attempt counting', () => {
  it('sends five wrong passwords, and then not even the correct one', async () => {
    const outcomes: (string | undefined)[] = [];
    for (const otp of ['000000', '000000', '000000', '000000', '000000', '000000', '671242']) {
      outcomes.push((await started.lambda.invoke(directEvent({ otp }))).errorType);
    }
    expect(outcomes).toEqual([...Array(5).fill('OtpRejected'), 'TooManyAttempts', 'TooManyAttempts']);
    expect(started.kaleyra.requestCount).toBe(5);
  });

  it('counts another number with another id separately, and from zero after a success', async () => {
    const number = { id: '1', phone_number: '+919765400000' };
    const invoke = async (otp: string) =>
      (await started.lambda.invoke(directEvent({ ...number, otp }))).errorType;
    expect(await invoke('000000')).toBe('OtpRejected');
    expect(await invoke('671242')).toBeUndefined();
    for (let count = 0; count < 5; count += 1) expect(await invoke('000000')).toBe('OtpRejected');
    expect(await invoke('000000')).toBe('TooManyAttempts');
  });
});
