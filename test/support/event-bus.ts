/** A stand-in for EventBridge and SQS on loopback, which speaks their JSON protocol. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';

/** How a call fails: `partial` rejects every second entry, `reset` closes the connection. */
export type BusFault = 'throttled' | 'failed' | 'partial' | 'reset';

export interface EventBusServer {
  readonly origin: string;
  /** Entries that the bus accepted. */
  readonly accepted: PutEventsRequestEntry[];
  /** Bodies of the queue's messages. */
  readonly queued: string[];
  close(): void;
}

/** @param getFault returns how the next call fails, if it does */
export const startEventBus = async (
  getFault: (target: 'bus' | 'queue') => BusFault | undefined,
): Promise<EventBusServer> => {
  const accepted: PutEventsRequestEntry[] = [];
  const queued: string[] = [];

  const putEvents = (entries: readonly PutEventsRequestEntry[], fault: BusFault | undefined) => {
    const results = entries.map((entry, index) => {
      if (fault === 'partial' && index % 2 === 0) return { ErrorCode: 'ThrottlingException' };
      accepted.push(entry);
      return { EventId: `event-${accepted.length}` };
    });
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
  };
  const sendMessages = (entries: readonly SendMessageBatchRequestEntry[]) => ({
    Successful: entries.map(({ Id, MessageBody = '' }) => {
      queued.push(MessageBody);
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
      return { Id, MessageId: `message-${queued.length}`, MD5OfMessageBody };
    }),
    Failed: [],
  });

  const server = createServer(async (request, response) => {
    const { Entries } = (await json(request)) as { Entries: never[] };
    const isBus = String(request.headers['x-amz-target']).startsWith('AWSEvents.');
    const fault = getFault(isBus ? 'bus' : 'queue');
    if (fault === 'reset') return request.socket.destroy();
    const isFailed = fault === 'failed' || fault === 'throttled';
    const body = isFailed
      ? { __type: fault === 'throttled' ? 'ThrottlingException' : 'InternalException' }
      : isBus
        ? putEvents(Entries, fault)
        : sendMessages(Entries);
    const status = isFailed ? (fault === 'throttled' ? 400 : 500) : 200;
    return response
      .writeHead(status, { 'content-type': `application/x-amz-json-1.${isBus ? 1 : 0}` })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    queued,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
