import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttemptsConfig } from '../config.ts';
import type { AttemptLimiter } from '../verify-number.ts';
import { createAttemptLimiter } from './attempt-limiter.ts';
import { createAttemptsTable, dynamoDbSettings } from './attempts-table.ts';

/** The limiter as it is deployed. Loaded only where attempts are counted. */
export const countAttempts = ({ table, onFailure }: AttemptsConfig): AttemptLimiter =>
  createAttemptLimiter(createAttemptsTable(new DynamoDBClient(dynamoDbSettings), table), onFailure);
