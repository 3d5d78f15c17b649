import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createAttemptsTable,
  dynamoDbSettings,
} from '../../../../../functions/verify-number/attempts/dynamodb.ts';
import { createAttemptLimiter } from '../../../../../functions/verify-number/attempts/limiter.ts';
import type { OnFailure } from '../../../../../functions/verify-number/config.ts';
import { Failure, type FailureCode } from '../../../../../functions/verify-number/core/failures.ts';
import type { KaleyraClient } from '../../../../../functions/verify-number/core/verify-number.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../../support/dynamodb.ts';
import { directEvent, httpEvent, sampleCommand } from '../../../../support/events.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';
import { startRawServer } from '../../../../support/raw-server.ts';
import { createTestHandler, sampleAcceptance } from '../../../../support/test-handler.ts';

const tenMinutesMs = 10 * 60 * 1000;

let dynamoDb: TestDynamoDb;
let numbers = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.close());

/** A number that nobody has tried, and the handler that counts its attempts. */
const arrange = (onFailure: OnFailure = 'allow', client = dynamoDb.client(dynamoDbSettings)) => {
  numbers += 1;
  const phone_number = `+9100000${String(numbers).padStart(5, '0')}`;
  const clock = createManualClock();
  const table = createAttemptsTable(client, dynamoDb.tableName, clock);
  const asked: string[] = [];
  let answer: () => Promise<typeof sampleAcceptance> = async () => sampleAcceptance;
  const kaleyra: KaleyraClient = {
    verify: (command) => {
      asked.push(command.otp);
      return answer();
    },
  };
  const { invoke, records } = createTestHandler({
    kaleyra,
    attempts: createAttemptLimiter(table, onFailure),
  });
  const code = (event: Record<string, unknown>): Promise<unknown> =>
    invoke(event).then(
      () => 'Verified',
      (failure: Failure) => failure.code,
    );
  return {
    clock,
    asked,
    records,
    invoke,
    phone_number,
    attempt: (differing: Record<string, unknown> = {}) => code(directEvent({ phone_number, ...differing })),
    kaleyraAnswers: (failure?: FailureCode) => {
      answer = async () => {
        if (failure) throw new Failure(failure, 'as the test says');
        return sampleAcceptance;
      };
    },
    kaleyraAnswersWith: (given: typeof answer) => {
      answer = given;
    },
  };
};

const times = async <T>(count: number, work: () => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let made = 0; made < count; made += 1) results.push(await work());
  return results;
};

describe('counting attempts', () => {
  it('asks Kaleyra for five wrong passwords and not for a sixth', async () => {
    const { attempt, kaleyraAnswers, asked } = arrange();
    kaleyraAnswers('OtpRejected');

    expect(await times(7, attempt)).toEqual([
      ...Array(5).fill('OtpRejected'),
      'TooManyAttempts',
      'TooManyAttempts',
    ]);
    expect(asked).toHaveLength(5);
  });

  it('refuses the right password as well, so that guessing on is worth nothing', async () => {
    const { attempt, kaleyraAnswers, asked } = arrange();
    kaleyraAnswers('OtpRejected');
    await times(5, attempt);

    kaleyraAnswers();

    expect(await attempt()).toBe('TooManyAttempts');
    expect(asked).toHaveLength(5);
  });

  it('lets no more than five through when fifty come at once', async () => {
    const { attempt, kaleyraAnswers, asked } = arrange();
    kaleyraAnswers('OtpRejected');

    const codes = await Promise.all(Array.from({ length: 50 }, () => attempt()));

    expect(codes.filter((code) => code === 'OtpRejected')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TooManyAttempts')).toHaveLength(45);
    expect(asked).toHaveLength(5);
  });

  it('opens again when the oldest of the five is ten minutes old, for one attempt', async () => {
    const { attempt, kaleyraAnswers, clock } = arrange();
    kaleyraAnswers('OtpRejected');
    await attempt();
    clock.pass(60_000);
    await times(4, attempt);

    clock.pass(tenMinutesMs - 60_001);
    expect(await attempt()).toBe('TooManyAttempts');
    clock.pass(1);
    expect(await times(2, attempt)).toEqual(['OtpRejected', 'TooManyAttempts']);
    clock.pass(60_000);
    expect(await times(5, attempt)).toEqual([...Array(4).fill('OtpRejected'), 'TooManyAttempts']);
  });

  it('never lets more than five through in any ten minutes, however they are spread', async () => {
    const { attempt, kaleyraAnswers, clock } = arrange();
    kaleyraAnswers('OtpRejected');
    const madeAt: number[] = [];

    for (let minute = 0; minute < 60; minute += 1) {
      if ((await attempt()) === 'OtpRejected') madeAt.push(clock.now());
      clock.pass(60_000);
    }

    for (const at of madeAt) {
      expect(madeAt.filter((other) => other >= at && other < at + tenMinutesMs).length).toBeLessThanOrEqual(
        5,
      );
    }
    expect(madeAt).toHaveLength(30);
  });

  it('says by both entry points when it opens again', async () => {
    const { attempt, kaleyraAnswers, clock, invoke, phone_number } = arrange();
    kaleyraAnswers('OtpRejected');
    await attempt();
    clock.pass(60_000);
    await times(4, attempt);
    clock.pass(30_500);

    const answer = await invoke(httpEvent({ body: { phone_number } }));

    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '510' } });
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({
      code: 'TooManyAttempts',
      retryable: false,
      detail: 'Too many attempts at this number. Try again in 510 seconds.',
    });
    await expect(invoke(directEvent({ phone_number }))).rejects.toMatchObject({
      name: 'TooManyAttempts',
      retryAfterSeconds: 510,
    });
  });

  it('is cleared by a success', async () => {
    const { attempt, kaleyraAnswers } = arrange();
    kaleyraAnswers('OtpRejected');
    await times(4, attempt);
    kaleyraAnswers();
    expect(await attempt()).toBe('Verified');
    kaleyraAnswers('OtpRejected');

    expect(await times(6, attempt)).toEqual([...Array(5).fill('OtpRejected'), 'TooManyAttempts']);
  });

  it.each<FailureCode>(['OutcomeUnknown', 'UnexpectedResponse', 'RequestRejected', 'InternalError'])(
    'counts an attempt that ended in %s, for the password may have been tried',
    async (failure) => {
      const { attempt, kaleyraAnswers, asked } = arrange();
      kaleyraAnswers(failure);

      expect(await times(6, attempt)).toEqual([...Array(5).fill(failure), 'TooManyAttempts']);
      expect(asked).toHaveLength(5);
    },
  );

  it.each<FailureCode>([
    'WabaNotFound',
    'AccountNotAuthorized',
    'AlreadyVerified',
    'PhoneNumberRejected',
    'InsufficientBalance',
    'DailyLimitReached',
    'RateLimited',
    'TenantUnknown',
    'CredentialsRejected',
    'CredentialsMisconfigured',
    'CredentialsUnavailable',
    'PayloadRejected',
    'KaleyraUnavailable',
  ])('does not count an attempt that ended in %s', async (failure) => {
    const { attempt, kaleyraAnswers, asked } = arrange();
    kaleyraAnswers(failure);

    expect(await times(12, attempt)).toEqual(Array(12).fill(failure));
    expect(asked).toHaveLength(12);
  });

  it('counts an attempt after which a gateway failed: Kaleyra may have tried the password', async () => {
    const { attempt, kaleyraAnswersWith, asked } = arrange();
    kaleyraAnswersWith(async () => {
      throw new Failure('KaleyraUnavailable', 'as the test says', { mayBeDone: true });
    });

    expect(await times(6, attempt)).toEqual([...Array(5).fill('KaleyraUnavailable'), 'TooManyAttempts']);
    expect(asked).toHaveLength(5);
  });

  it('gives back the attempt that was none, whatever was attempted meanwhile', async () => {
    const { attempt, kaleyraAnswers, kaleyraAnswersWith, clock } = arrange();
    const answers: (() => void)[] = [];
    const slow = async (): Promise<never> => {
      await new Promise<void>((answered) => answers.push(answered));
      throw new Failure('KaleyraUnavailable', 'as the test says');
    };
    kaleyraAnswers('OtpRejected');
    await attempt();
    kaleyraAnswersWith(slow);
    clock.pass(1000);
    const unknown = [attempt(), attempt()];
    while (answers.length < 2) await new Promise((resolve) => setImmediate(resolve));
    clock.pass(1000);
    kaleyraAnswers('OtpRejected');
    await times(2, attempt);

    expect(await attempt()).toBe('TooManyAttempts');
    for (const answered of answers) answered();
    await Promise.all(unknown);

    expect(await times(3, attempt)).toEqual(['OtpRejected', 'OtpRejected', 'TooManyAttempts']);
    // What is left are five wrong ones in the order of their coming: the first goes first.
    clock.pass(tenMinutesMs - 2000);
    expect(await times(2, attempt)).toEqual(['OtpRejected', 'TooManyAttempts']);
  });

  it('counts each number of each tenant by itself', async () => {
    const { attempt, kaleyraAnswers } = arrange();
    kaleyraAnswers('OtpRejected');
    await times(5, attempt);

    expect(await attempt()).toBe('TooManyAttempts');
    expect(await attempt({ tenant_id: 'globex' })).toBe('OtpRejected');
    expect(await attempt({ phone_number: '+919999999999' })).toBe('OtpRejected');
  });

  it('counts nothing for a request that is invalid', async () => {
    const { attempt, kaleyraAnswers } = arrange();
    expect(await times(6, () => attempt({ otp: '12345' }))).toEqual(Array(6).fill('RequestInvalid'));
    kaleyraAnswers('OtpRejected');
    expect(await attempt()).toBe('OtpRejected');
  });

  it('stores neither password nor phone number, and says when the item may go', async () => {
    const { attempt, kaleyraAnswers, clock, phone_number } = arrange();
    kaleyraAnswers('OtpRejected');
    await attempt({ otp: '918273' });

    const { Items = [] } = await dynamoDb.client().send(new ScanCommand({ TableName: dynamoDb.tableName }));

    const stored = JSON.stringify(Items);
    expect(stored).not.toContain('918273');
    expect(stored).not.toContain(phone_number.slice(1));
    expect(stored).not.toContain(sampleCommand.otp);
    expect(Items.map((item) => Number(item['expires_at']?.N))).toContain((clock.now() + tenMinutesMs) / 1000);
  });

  it('writes what it took to the record, and nothing of it where attempts are not counted', async () => {
    const { attempt, records } = arrange();
    await attempt();
    const { invoke, records: uncounted } = createTestHandler();
    await invoke(directEvent());

    expect(records[0]).toMatchObject({ code: 'Verified', attempts_ms: expect.any(Number) });
    expect(records[0]).not.toHaveProperty('attempts_error');
    expect(uncounted[0]).not.toHaveProperty('attempts_ms');
  });
});

describe('counting attempts while DynamoDB fails', () => {
  const unreachable = () => dynamoDb.client({ ...dynamoDbSettings, endpoint: 'http://127.0.0.1:1' });

  it('lets the attempt through by default, and says so in the record', async () => {
    const { attempt, kaleyraAnswers, records } = arrange('allow', unreachable());
    kaleyraAnswers('OtpRejected');

    expect(await times(6, attempt)).toEqual(Array(6).fill('OtpRejected'));
    expect(records[0]).toMatchObject({ code: 'OtpRejected', attempts_error: expect.any(String) });
  });

  it('refuses it where that is asked for, with nothing sent', async () => {
    const { invoke, asked, records } = arrange('refuse', unreachable());

    const answer = await invoke(httpEvent());

    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({
      code: 'KaleyraUnavailable',
      retryable: true,
      detail: 'Attempts cannot be counted just now, so Kaleyra was not asked. Nothing was sent.',
    });
    expect(asked).toEqual([]);
    expect(records[0]).toMatchObject({ attempts_error: expect.any(String) });
  });

  it('waits no longer than its own deadline for a DynamoDB that says nothing', async () => {
    const silent = await startRawServer({});
    const { attempt, records } = arrange(
      'allow',
      dynamoDb.client({ ...dynamoDbSettings, endpoint: `http://127.0.0.1:${silent.port}` }),
    );

    expect(await attempt()).toBe('Verified');

    expect(records[0]).toMatchObject({ attempts_error: 'TimeoutError' });
    expect(silent.requests.length).toBeLessThanOrEqual(dynamoDbSettings.maxAttempts);
    await silent.close();
  });

  it('answers as Kaleyra did when that cannot be written down', async () => {
    const client = dynamoDb.client({ maxAttempts: 1 });
    client.middlewareStack.add((next, { commandName }) => async (args) => {
      if (commandName === 'DeleteItemCommand') throw new Error('as the test says');
      return next(args);
    });
    const { attempt, records } = arrange('refuse', client);

    expect(await attempt()).toBe('Verified');
    expect(records[0]).toMatchObject({ code: 'Verified', attempts_error: 'Error' });
  });
});

describe('the record of attempts', () => {
  it('counts once a write that the SDK sent twice because it missed the answer', async () => {
    const client = dynamoDb.client();
    let sent = 0;
    client.middlewareStack.add(
      (next) => async (args) => {
        sent += 1;
        const answer = await next(args);
        if (sent > 1) return answer;
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const table = createAttemptsTable(client, dynamoDb.tableName, createManualClock());

    const first = await table.take('written twice');
    const taken = await Promise.all(Array.from({ length: 5 }, () => table.take('written twice')));

    expect(sent).toBeGreaterThan(1);
    expect(first).toHaveProperty('stamp');
    expect(taken.filter((each) => 'stamp' in each)).toHaveLength(4);
  });

  it('keeps what came after an attempt that is given back', async () => {
    const clock = createManualClock();
    const table = createAttemptsTable(dynamoDb.client(), dynamoDb.tableName, clock);
    const take = () => table.take('given back');
    const first = await take();
    clock.pass(60_000);
    for (let count = 0; count < 4; count += 1) await take();
    await table.giveBack('given back', (first as { stamp: string }).stamp);

    expect(await take()).toHaveProperty('stamp');
    clock.pass(tenMinutesMs - 60_000);
    expect(await take()).toEqual({ opensInMs: 60_000 });
  });

  it('leaves nothing behind of a number that was verified', async () => {
    const client = dynamoDb.client();
    const table = createAttemptsTable(client, dynamoDb.tableName);
    await table.take('verified');
    await table.clear('verified');

    const { Item } = await client.send(
      new GetItemCommand({ TableName: dynamoDb.tableName, Key: { attempted_number: { S: 'verified' } } }),
    );
    expect(Item).toBeUndefined();
  });

  it('takes giving back an attempt that is no longer there', async () => {
    const table = createAttemptsTable(dynamoDb.client(), dynamoDb.tableName);
    await expect(table.giveBack('never seen', '1800000000000000000')).resolves.toBeUndefined();
  });
});
