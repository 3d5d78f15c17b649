import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createThrottlingFault,
  type Fault,
  type SecretsManager,
  startSecretsManager,
} from '../../../../../lib/sandbox/secrets-manager/server.ts';
import { AwsServiceError } from '../../../../../lib/sandbox/secrets-manager/store.ts';
import { aws, describeWithAwsCli } from '../../../../support/aws-cli.ts';

let fault: Fault | undefined;
let server: SecretsManager;
let client: SecretsManagerClient;

beforeEach(async () => {
  fault = undefined;
  server = await startSecretsManager({ secrets: { 'kaleyra/acme': 'first' }, fault: () => fault });
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

const get = (SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) =>
  client.send(new GetSecretValueCommand({ SecretId, ...more }));

describe('the simulated Secrets Manager', () => {
  describe('a secret', () => {
    it('is created, and read by its name', async () => {
      const made = await client.send(
        new CreateSecretCommand({ Name: 'kaleyra/globex', SecretString: 'value' }),
      );

      expect(made).toMatchObject({
        ARN: expect.stringMatching(
          /^arn:aws:secretsmanager:ap-south-1:000000000000:secret:kaleyra\/globex-\w{6}$/,
        ),
        Name: 'kaleyra/globex',
        VersionId: expect.any(String),
      });
      expect(await get('kaleyra/globex')).toMatchObject({
        ARN: made.ARN,
        Name: 'kaleyra/globex',
        VersionId: made.VersionId,
        SecretString: 'value',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: expect.any(Date),
      });
    });

    it('is read by its ARN, with and without its last six characters', async () => {
      const { ARN = '' } = await get('kaleyra/acme');

      expect(await get(ARN)).toMatchObject({ SecretString: 'first' });
      expect(await get(ARN.slice(0, -7))).toMatchObject({ SecretString: 'first' });
    });

    it('can contain bytes', async () => {
      server.put('kaleyra/acme', Buffer.from([0, 255]));

      const { SecretBinary, SecretString } = await get('kaleyra/acme');
      expect(Buffer.from(SecretBinary ?? [])).toEqual(Buffer.from([0, 255]));
      expect(SecretString).toBeUndefined();
    });

    it('has a current and a previous version', async () => {
      const first = await get('kaleyra/acme');
      const second = await client.send(
        new PutSecretValueCommand({ SecretId: 'kaleyra/acme', SecretString: 'second' }),
      );
      await client.send(new UpdateSecretCommand({ SecretId: 'kaleyra/acme', SecretString: 'third' }));

      expect(await get('kaleyra/acme')).toMatchObject({
        SecretString: 'third',
        VersionStages: ['AWSCURRENT'],
      });
      expect(await get('kaleyra/acme', { VersionStage: 'AWSPREVIOUS' })).toMatchObject({
        SecretString: 'second',
        VersionId: second.VersionId,
      });
      await expect(get('kaleyra/acme', { VersionId: first.VersionId ?? '' })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: `Secrets Manager can't find the specified secret value for VersionId: ${first.VersionId}`,
      });
    });

    it('accepts a version twice only if it is the same', async () => {
      const put = (SecretString: string) =>
        client.send(
          new PutSecretValueCommand({
            SecretId: 'kaleyra/acme',
            SecretString,
            ClientRequestToken: 'a-token-of-thirty-two-characters',
          }),
        );

      expect((await put('second')).VersionId).toBe((await put('second')).VersionId);
      await expect(put('third')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    });

    it('has no value if it was created without one', async () => {
      await client.send(new CreateSecretCommand({ Name: 'kaleyra/empty' }));

      await expect(get('kaleyra/empty')).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      });
    });

    it('is described without its value', async () => {
      await client.send(new UpdateSecretCommand({ SecretId: 'kaleyra/acme', Description: 'of Acme' }));
      const described = await client.send(new DescribeSecretCommand({ SecretId: 'kaleyra/acme' }));

      expect(described).toMatchObject({
        Name: 'kaleyra/acme',
        Description: 'of Acme',
        VersionIdsToStages: { [(await get('kaleyra/acme')).VersionId ?? '']: ['AWSCURRENT'] },
      });
      expect(described).not.toHaveProperty('SecretString');
    });

    it('is not created twice', async () => {
      await expect(client.send(new CreateSecretCommand({ Name: 'kaleyra/acme' }))).rejects.toMatchObject({
        name: 'ResourceExistsException',
      });
    });
  });

  describe('deletion', () => {
    const remove = (how: { RecoveryWindowInDays?: number; ForceDeleteWithoutRecovery?: boolean } = {}) =>
      client.send(new DeleteSecretCommand({ SecretId: 'kaleyra/acme', ...how }));

    it('marks a secret, which then cannot be read, with AWS’s message', async () => {
      const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });

      expect(DeletionDate?.getTime()).toBeGreaterThan(Date.now() + 6 * 24 * 60 * 60 * 1000);
      await expect(get('kaleyra/acme')).rejects.toMatchObject({
        name: 'InvalidRequestException',
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      });
      await expect(client.send(new CreateSecretCommand({ Name: 'kaleyra/acme' }))).rejects.toMatchObject({
        name: 'InvalidRequestException',
      });
    });

    it('can be cancelled', async () => {
      await remove();
      await client.send(new RestoreSecretCommand({ SecretId: 'kaleyra/acme' }));

      expect(await get('kaleyra/acme')).toMatchObject({ SecretString: 'first' });
    });

    it('can be immediate', async () => {
      await remove({ ForceDeleteWithoutRecovery: true });

      await expect(get('kaleyra/acme')).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret.",
      });
    });

    it.each([{ RecoveryWindowInDays: 6 }, { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }])(
      'is refused with %j',
      async (how) => {
        await expect(remove(how)).rejects.toMatchObject({ name: 'InvalidParameterException' });
      },
    );
  });

  describe('the list', () => {
    beforeEach(() => {
      for (const name of ['kaleyra/globex', 'other/acme']) server.put(name, 'value');
    });

    const list = async (input: ConstructorParameters<typeof ListSecretsCommand>[0] = {}) => {
      const { SecretList = [], NextToken } = await client.send(
        new ListSecretsCommand({ SortOrder: 'asc', ...input }),
      );
      return { names: SecretList.map(({ Name }) => Name), NextToken };
    };

    it('has every secret, in pages', async () => {
      const first = await list({ MaxResults: 2 });
      const second = await list({ MaxResults: 2, ...(first.NextToken && { NextToken: first.NextToken }) });

      expect(first.names).toEqual(['kaleyra/acme', 'kaleyra/globex']);
      expect(second).toEqual({ names: ['other/acme'], NextToken: undefined });
    });

    it.each([
      [[{ Key: 'name' as const, Values: ['kaleyra/'] }], ['kaleyra/acme', 'kaleyra/globex']],
      [[{ Key: 'name' as const, Values: ['!kaleyra/'] }], ['other/acme']],
      [[{ Key: 'all' as const, Values: ['other'] }], ['other/acme']],
      [[{ Key: 'tag-key' as const, Values: ['a'] }], []],
    ])('is filtered by %j', async (Filters, names) => {
      expect((await list({ Filters })).names).toEqual(names);
    });

    it('omits secrets that are marked for deletion unless the request includes them', async () => {
      await client.send(new DeleteSecretCommand({ SecretId: 'kaleyra/acme' }));

      expect((await list()).names).not.toContain('kaleyra/acme');
      expect((await list({ IncludePlannedDeletion: true })).names).toContain('kaleyra/acme');
    });
  });

  describe('a fault', () => {
    it.each([
      [createThrottlingFault(), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }],
      [
        new AwsServiceError('InternalServiceError', 'It fails.', 500),
        { name: 'InternalServiceError', $metadata: { httpStatusCode: 500 } },
      ],
      ['reset' as const, { message: expect.stringContaining('ECONNRESET') }],
    ])('%s replaces the response', async (one, error) => {
      fault = one;

      await expect(get('kaleyra/acme')).rejects.toMatchObject(error);
    });

    it('can be that no response is sent', async () => {
      fault = 'hang';
      const asked = get('kaleyra/acme');
      while (server.callCount('GetSecretValue') === 0) await new Promise((next) => setTimeout(next, 5));
      await server.close();

      await expect(asked).rejects.toThrow();
    });
  });

  it('counts calls, for one secret and for all', async () => {
    await get('kaleyra/acme');
    await get('kaleyra/nobody').catch(() => undefined);

    expect(server.callCount('GetSecretValue')).toBe(2);
    expect(server.callCount('GetSecretValue', 'kaleyra/acme')).toBe(1);
    expect(server.callCount('PutSecretValue')).toBe(0);
  });

  it('lets a test remove a secret', async () => {
    server.remove('kaleyra/acme');

    await expect(get('kaleyra/acme')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each([
    ['secretsmanager.RotateSecret', '{}', 'UnknownOperationException'],
    ['secretsmanager.constructor', '{}', 'UnknownOperationException'],
    ['secretsmanager.GetSecretValue', '{', 'SerializationException'],
    ['secretsmanager.GetSecretValue', '{}', 'InvalidParameterException'],
    ['secretsmanager.ListSecrets', '{"Filters":5}', 'SerializationException'],
  ])('responds to %s with %s by %s', async (target, body, type) => {
    const response = await fetch(`http://127.0.0.1:${server.port}`, {
      method: 'POST',
      headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
      body,
    });

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(await response.json()).toMatchObject({ __type: type, Message: expect.any(String) });
  });

  describeWithAwsCli('the AWS CLI', () => {
    let shared: SecretsManager;
    beforeAll(async () => {
      shared = await startSecretsManager({ secrets: { 'kaleyra/acme': 'first' } });
    });
    afterAll(() => shared.close());

    const call = (...args: readonly string[]) =>
      aws(`http://127.0.0.1:${shared.port}`, 'secretsmanager', ...args);
    const id = ['--secret-id', 'kaleyra/globex'];

    it('creates, changes, reads, lists, describes and deletes a secret', async () => {
      const made = await call('create-secret', '--name', 'kaleyra/globex', '--secret-string', 'one');
      const put = await call('put-secret-value', ...id, '--secret-string', 'two');
      const [read, listed, described] = await Promise.all([
        call('get-secret-value', ...id),
        call('list-secrets', '--filters', 'Key=name,Values=kaleyra/g'),
        call('describe-secret', '--secret-id', String(made.json['ARN'])),
      ]);
      const deleted = await call('delete-secret', ...id);
      const gone = await call('get-secret-value', ...id);

      expect([made, put, read, listed, described, deleted].map(({ error }) => error)).toEqual(
        Array(6).fill(''),
      );
      expect(read.json).toMatchObject({ SecretString: 'two', VersionId: put.json['VersionId'] });
      expect(listed.json).toMatchObject({ SecretList: [{ Name: 'kaleyra/globex' }] });
      expect(described.json).toMatchObject({
        VersionIdsToStages: { [String(made.json['VersionId'])]: ['AWSPREVIOUS'] },
      });
      expect(deleted.json).toMatchObject({ DeletionDate: expect.any(Number) });
      expect(gone.error).toContain(
        "(InvalidRequestException) when calling the GetSecretValue operation: You can't perform this operation on the secret because it was marked for deletion.",
      );
    }, 30_000);
  });
});
