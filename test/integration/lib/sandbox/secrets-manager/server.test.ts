import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createThrottlingFault,
  type Fault,
  type SecretsManager,
  startSecretsManager,
} from '../../../../../lib/sandbox/secrets-manager/server.ts';
import { aws, describeWithAwsCli } from '../../../../support/aws-cli.ts';

const SecretId = 'kaleyra/acme';
let fault: Fault | undefined;
let server: SecretsManager;
let client: SecretsManagerClient;

beforeEach(async () => {
  fault = undefined;
  server = await startSecretsManager({ secrets: { [SecretId]: 'first' }, fault: () => fault });
  client = new SecretsManagerClient({
    region: 'ap-south-1',
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const get = (id: string, more: { VersionId?: string; VersionStage?: string } = {}) =>
  client.send(new GetSecretValueCommand({ SecretId: id, ...more }));

const notFound = { name: 'ResourceNotFoundException' };

describe('a secret', () => {
  it('is created once, described without its value, and read by its name and ARN', async () => {
    const made = new CreateSecretCommand({
      Name: 'kaleyra/globex',
      SecretString: 'value',
      Description: 'Globex',
    });
    const { ARN = '', VersionId = '' } = await client.send(made);
    const described = await client.send(new DescribeSecretCommand({ SecretId: ARN }));

    expect(ARN).toMatch(/^arn:aws:secretsmanager:ap-south-1:000000000000:secret:kaleyra\/globex-\w{6}$/);
    for (const id of ['kaleyra/globex', ARN, ARN.slice(0, -7)]) {
      const VersionStages = ['AWSCURRENT'];
      expect(await get(id)).toMatchObject({ ARN, SecretString: 'value', VersionId, VersionStages });
    }
    expect(described).toMatchObject({
      Name: 'kaleyra/globex',
      Description: 'Globex',
      VersionIdsToStages: { [VersionId]: ['AWSCURRENT'] },
    });
    expect(described).not.toHaveProperty('SecretString');
    await expect(client.send(made)).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('has a current and a previous version', async () => {
    const { VersionId: first = '' } = await get(SecretId);
    const put = (SecretString: string) => new PutSecretValueCommand({ SecretId, SecretString });
    const { VersionId } = await client.send(put('second'));
    await client.send(put('third'));

    expect(await get(SecretId)).toMatchObject({ SecretString: 'third', VersionStages: ['AWSCURRENT'] });
    const previous = { SecretString: 'second', VersionId, VersionStages: ['AWSPREVIOUS'] };
    expect(await get(SecretId, { VersionStage: 'AWSPREVIOUS' })).toMatchObject(previous);
    await expect(get(SecretId, { VersionId: first })).rejects.toMatchObject(notFound);
  });

  it('has one version for a repeated call', async () => {
    const ClientRequestToken = 'a-token-of-thirty-two-characters';
    const put = new PutSecretValueCommand({ SecretId, SecretString: 'second', ClientRequestToken });

    for (let times = 0; times < 2; times += 1) {
      expect(await client.send(put)).toMatchObject({ VersionId: ClientRequestToken });
    }
    expect(await get(SecretId, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'first' });
  });

  it('can contain bytes, or nothing', async () => {
    server.put(SecretId, Buffer.from([0, 255]));
    await client.send(new CreateSecretCommand({ Name: 'kaleyra/empty' }));

    const { SecretBinary, SecretString } = await get(SecretId);
    expect([Buffer.from(SecretBinary ?? []), SecretString]).toEqual([Buffer.from([0, 255]), undefined]);
    await expect(get('kaleyra/empty')).rejects.toMatchObject({
      ...notFound,
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it('that is marked for deletion cannot be read or created', async () => {
    const { DeletionDate } = await client.send(
      new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }),
    );

    expect(DeletionDate?.getTime()).toBeGreaterThan(Date.now() + 6 * 24 * 60 * 60 * 1000);
    const name = 'InvalidRequestException';
    await expect(get(SecretId)).rejects.toMatchObject({
      name,
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    });
    await expect(client.send(new CreateSecretCommand({ Name: SecretId }))).rejects.toMatchObject({ name });
  });

  it('can be deleted immediately', async () => {
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));

    await expect(get(SecretId)).rejects.toMatchObject({
      ...notFound,
      message: "Secrets Manager can't find the specified secret.",
    });
  });
});

describe('the list', () => {
  beforeEach(() => {
    for (const name of ['kaleyra/globex', 'other/acme']) server.put(name, 'value');
  });

  const list = async (input: ListSecretsCommandInput = {}) => {
    const { SecretList = [], NextToken } = await client.send(new ListSecretsCommand(input));
    return { names: SecretList.map(({ Name }) => Name), ...(NextToken && { NextToken }) };
  };

  it('has every secret, in pages', async () => {
    const { names, ...next } = await list({ MaxResults: 2 });

    expect(names).toEqual(['kaleyra/acme', 'kaleyra/globex']);
    expect(await list({ MaxResults: 2, ...next })).toEqual({ names: ['other/acme'] });
  });

  it('is filtered by the name', async () => {
    expect((await list({ Filters: [{ Key: 'name', Values: ['other/'] }] })).names).toEqual(['other/acme']);
  });

  it('omits secrets that are marked for deletion unless the request includes them', async () => {
    await client.send(new DeleteSecretCommand({ SecretId }));

    expect((await list()).names).not.toContain(SecretId);
    expect((await list({ IncludePlannedDeletion: true })).names).toContain(SecretId);
  });
});

it.each([
  [createThrottlingFault(), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }],
  ['reset' as const, { message: expect.stringContaining('ECONNRESET') }],
])('the fault %s replaces the response', async (one, error) => {
  fault = one;

  await expect(get(SecretId)).rejects.toMatchObject(error);
});

it.each([
  ['secretsmanager.RotateSecret', '{}', 'UnknownOperationException'],
  ['secretsmanager.constructor', '{}', 'UnknownOperationException'],
  ['secretsmanager.GetSecretValue', '{', 'SerializationException'],
  ['secretsmanager.GetSecretValue', '{}', 'InvalidParameterException'],
  ['secretsmanager.ListSecrets', '{"Filters":5}', 'SerializationException'],
  ['secretsmanager.ListSecrets', '{"Filters":[{"Key":"tag-key"}]}', 'InvalidParameterException'],
])('responds to %s with %s by %s', async (target, body, type) => {
  const response = await fetch(`http://127.0.0.1:${server.port}`, {
    method: 'POST',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body,
  });

  expect([response.status, response.headers.get('content-type')]).toEqual([
    400,
    'application/x-amz-json-1.1',
  ]);
  expect(await response.json()).toMatchObject({ __type: type, Message: expect.any(String) });
});

describeWithAwsCli('the AWS CLI', () => {
  const call = (...args: readonly string[]) =>
    aws(`http://127.0.0.1:${server.port}`, 'secretsmanager', ...args);
  const id = ['--secret-id', 'kaleyra/globex'];

  // Each command takes long to start on a busy machine.
  it('creates, changes, reads, lists, describes and deletes a secret', async () => {
    const made = await call('create-secret', '--name', 'kaleyra/globex', '--secret-string', 'one');
    const put = await call('put-secret-value', ...id, '--secret-string', 'two');
    const read = await call('get-secret-value', ...id);
    const listed = await call('list-secrets', '--filters', 'Key=name,Values=kaleyra/g');
    const described = await call('describe-secret', '--secret-id', String(made.json['ARN']));
    const deleted = await call('delete-secret', ...id);

    for (const { error } of [made, put, read, listed, described, deleted]) expect(error).toBe('');
    expect(read.json).toMatchObject({ SecretString: 'two', VersionId: put.json['VersionId'] });
    expect(listed.json).toMatchObject({ SecretList: [{ Name: 'kaleyra/globex' }] });
    expect(described.json).toMatchObject({
      VersionIdsToStages: { [String(made.json['VersionId'])]: ['AWSPREVIOUS'] },
    });
    expect(deleted.json).toMatchObject({ DeletionDate: expect.any(Number) });
  }, 600_000);
});
