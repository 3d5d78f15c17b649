/** What Lambda loads for the outcome events: the AWS clients, and the names of the bus and of the queue. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDelivery } from './deliver.ts';
import { createOutcomeEvents } from './outcome-events.ts';
import { variables } from './variables.ts';

const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };

export const handler = createOutcomeEvents({
  deliver: createDelivery({
    eventBridge: new EventBridgeClient({ maxAttempts: 2, requestHandler }),
    sqs: new SQSClient({ requestHandler }),
    queueUrl: process.env[variables.queueUrl] ?? '',
  }),
  eventBus: process.env[variables.eventBus] ?? '',
  log: (line) => {
    process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...line })}\n`);
  },
});
