/** The handler that turns log events of the verify function into events on a bus. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { CloudWatchLogsDecodedData, CloudWatchLogsEvent, Context } from 'aws-lambda';
import type { createDelivery, Delivery } from './deliver.ts';
import {
  detailTypes,
  eventSource,
  type OutcomeEvent,
  parseLogLine,
  toOutcomeEvent,
} from './outcome-event.ts';

interface OutcomeEventsDependencies {
  readonly deliver: ReturnType<typeof createDelivery>;
  /** Name or ARN of the event bus. */
  readonly eventBus: string;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** How long before Lambda's timeout undelivered events go to the queue, in milliseconds. */
const queueReserveMs = 30_000;

/**
 * Creates the handler of a subscription filter. Other lines than those of requests are dropped.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
 */
export const createOutcomeEvents =
  ({ deliver, eventBus, log }: OutcomeEventsDependencies) =>
  async ({ awslogs }: CloudWatchLogsEvent, context: Context): Promise<Delivery> => {
    const { messageType, logEvents } = await unpack(awslogs.data);
    // CloudWatch Logs also sends control messages, to check that the destination is reachable.
    const lines = messageType === 'DATA_MESSAGE' ? logEvents.map(({ message }) => message) : [];
    const entries = lines.flatMap((line) => {
      const logged = parseLogLine(line);
      const event = logged && toOutcomeEvent(logged);
      return event ? [toEntry(event, eventBus)] : [];
    });
    const hasTime = () => context.getRemainingTimeInMillis() > queueReserveMs;
    const delivery = await deliver(entries, hasTime);
    if (delivery.queued > 0) log({ level: 'ERROR', message: 'undelivered events', ...delivery });
    return delivery;
  };

const unpack = async (data: string): Promise<CloudWatchLogsDecodedData> =>
  JSON.parse((await promisify(gunzip)(Buffer.from(data, 'base64'))).toString('utf8'));

const toEntry = (event: OutcomeEvent, eventBus: string): PutEventsRequestEntry => ({
  EventBusName: eventBus,
  Source: eventSource,
  DetailType: event.outcome === 'Verified' ? detailTypes.verified : detailTypes.failed,
  Time: new Date(event.occurred_at),
  Detail: JSON.stringify(event),
});
