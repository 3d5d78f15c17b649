/** The limiter that counts in DynamoDB, as it is deployed. Loaded only if attempts are counted. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createIdleSocketMiddleware } from '../aws/aws-clients.ts';
import { createAgent } from '../aws/https-agent.ts';
import type { AttemptLimiter } from '../core/verify-number.ts';
import { createDynamoDbStore, dynamoDbSettings } from './dynamodb.ts';
import { createAttemptLimiter } from './limiter.ts';
import type { AttemptsConfig } from './limits.ts';

export const createDynamoDbLimiter = (config: AttemptsConfig): AttemptLimiter => {
  const agent = createAgent();
  const client = new DynamoDBClient({
    ...dynamoDbSettings,
    requestHandler: { ...dynamoDbSettings.requestHandler, httpsAgent: agent },
  });
  client.middlewareStack.add(createIdleSocketMiddleware(agent, Date));
  return createAttemptLimiter(createDynamoDbStore(client, config.table), config);
};
