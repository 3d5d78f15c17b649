/** A DynamoDB of a test's own: dynalite, an engine from npm, on loopback and in memory. */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { partitionKey } from '../../functions/verify-number/attempts/limits.ts';

const require = createRequire(import.meta.url);
const dynalite: (options: { createTableMs: number }) => Server = require('dynalite');

// DynamoDB gives the item along with a refused condition since 2023, dynalite does not yet (architect/dynalite#182).
const asked = 'ReturnValuesOnConditionCheckFailure';
const updateItem: { types: Record<string, unknown> } = require('dynalite/validations/updateItem');
updateItem.types[asked] = { type: 'String', enum: ['ALL_OLD', 'NONE'] };

type Refusal = { body: Record<string, unknown> } | null;
type CheckConditional = (data: Record<string, unknown>, item?: object) => Refusal;
const database: { checkConditional: CheckConditional } = require('dynalite/db');
const { checkConditional } = database;
database.checkConditional = (data, item) => {
  const refusal = checkConditional(data, item);
  if (refusal && item && data[asked] === 'ALL_OLD') refusal.body['Item'] = item;
  return refusal;
};

export interface TestDynamoDb {
  readonly port: number;
  readonly tableName: string;
  client(settings?: DynamoDBClientConfig): DynamoDBClient;
  close(): Promise<void>;
}

/** Starts it, with a table for attempts. */
export const startDynamoDb = async (): Promise<TestDynamoDb> => {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const clients: DynamoDBClient[] = [];
  const client = (settings: DynamoDBClientConfig = {}) => {
    const made = new DynamoDBClient({
      region: 'ap-south-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'FAKE', secretAccessKey: 'fake' },
      ...settings,
    });
    clients.push(made);
    return made;
  };

  const tableName = 'attempts';
  await client().send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: partitionKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists(
    { client: client(), maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.1 },
    { TableName: tableName },
  );
  return {
    port,
    tableName,
    client,
    close: async () => {
      for (const made of clients) made.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
};
