import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttemptsConfig } from '../config.ts';
import type { AttemptLimiter } from '../core/verify-number.ts';
import { createDynamoDbStore, dynamoDbSettings } from './dynamodb.ts';
import { createAttemptLimiter } from './limiter.ts';

/** The limiter as it is deployed. Loaded only where attempts are counted. */
export const countAttempts = ({ table, onFailure }: AttemptsConfig): AttemptLimiter =>
  createAttemptLimiter(createDynamoDbStore(new DynamoDBClient(dynamoDbSettings), table), onFailure);
