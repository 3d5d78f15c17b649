/** Delivers events to an EventBridge bus, and to a queue if the bus does not accept them. */
import { setTimeout } from 'node:timers/promises';
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/**
 * Limit of entries in one call, of EventBridge and of SQS. Ten events take about 5 kB; both services accept 256 KB.
 * Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html and
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const batchSize = 10;
const concurrentBatches = 5;
const rounds = 4;
/** The wait before the second round, in milliseconds. It doubles with each round. */
const firstPauseMs = 200;

interface DeliveryDependencies {
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

export interface Delivery {
  readonly delivered: number;
  readonly queued: number;
}

/**
 * Creates the delivery. A rejected entry is sent again in up to three further rounds, while there is time; then it goes
 * to the queue, as the entry that `aws events put-events` accepts.
 * @throws Error if the queue rejects a message. Lambda then repeats the whole invocation.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
export const createDelivery =
  ({ eventBridge, sqs, queueUrl, pause = setTimeout }: DeliveryDependencies) =>
  async (entries: readonly PutEventsRequestEntry[], hasTime: () => boolean): Promise<Delivery> => {
    const putBatch = async (batch: PutEventsRequestEntry[]): Promise<PutEventsRequestEntry[]> => {
      if (!hasTime()) return batch;
      try {
        const { Entries = [] } = await eventBridge.send(new PutEventsCommand({ Entries: batch }));
        return batch.filter((_entry, index) => Entries[index]?.EventId === undefined);
      } catch {
        return batch;
      }
    };
    const queueBatch = async (batch: PutEventsRequestEntry[]): Promise<void> => {
      const Entries = batch.map((entry, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(entry),
      }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0)
        throw new Error(`The queue rejected ${Failed.length} events: ${Failed[0]?.Code}`);
    };

    let pending = [...entries];
    for (let round = 0; round < rounds && pending.length > 0 && hasTime(); round += 1) {
      // Random, so that invocations that were throttled together do not try again together.
      if (round > 0) await pause(firstPauseMs * 2 ** (round - 1) * (0.5 + Math.random()));
      pending = (await mapBatches(pending, putBatch)).flat();
    }
    await mapBatches(pending, queueBatch);
    return { delivered: entries.length - pending.length, queued: pending.length };
  };

/** Runs `work` on batches of entries, a few at the same time. */
const mapBatches = async <Entry, Result>(
  entries: readonly Entry[],
  work: (batch: Entry[]) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (const group of split(split(entries, batchSize), concurrentBatches)) {
    results.push(...(await Promise.all(group.map(work))));
  }
  return results;
};

const split = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
