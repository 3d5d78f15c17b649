import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import {
  createReadSecret,
  createSecretsManagerClient,
} from '../../../../../functions/verify-number/tenants/read-secret.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';

/** For a connection, a try and the whole read. The pauses between tries are random. */
const timers = useManualTimers((ms) => [1000, 1400, 3000].includes(ms));

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

interface Call {
  readonly target: string | undefined;
  readonly input: unknown;
}

type Behaviour = (response: ServerResponse, count: number) => void;

const secret = '{"sid":"FAKESID","apiKey":"fake-key"}';

const clientSettings = {
  region: 'ap-south-1',
  credentials: { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' },
};

/** A Secrets Manager that behaves as the test says, and a reader with the deployed settings. */
const setUp = async (behave: Behaviour, secretPrefix = 'kaleyra/') => {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    calls.push({ target: request.headers['x-amz-target']?.toString(), input: await json(request) });
    behave(response, calls.length);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const client = createSecretsManagerClient({ ...clientSettings, endpoint: `http://127.0.0.1:${port}` });
  cleanUps.push(
    () => client.destroy(),
    () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  return { readSecret: createReadSecret(client, secretPrefix), calls };
};

const respond =
  (body: unknown, status = 200): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const refuse = (name: string, message = 'm', status = 400): Behaviour =>
  respond({ __type: name, message, Message: message }, status);

const closeConnection: Behaviour = (response) => response.destroy();

const getFailure = async (behave: Behaviour): Promise<Failure & { calls: number }> => {
  const { readSecret, calls } = await setUp(behave);
  const failure = await readSecret('acme').then(
    () => {
      throw new Error('The read did not fail.');
    },
    (thrown: Failure) => thrown,
  );
  return Object.assign(failure, { calls: calls.length });
};

describe('createReadSecret', () => {
  it("reads the current value of the tenant's secret and nothing else", async () => {
    const { readSecret, calls } = await setUp(
      respond({ SecretString: secret, VersionStages: ['AWSCURRENT'] }),
    );
    expect(await readSecret('acme')).toBe(secret);
    expect(calls).toEqual([
      {
        target: 'secretsmanager.GetSecretValue',
        input: { SecretId: 'kaleyra/acme', VersionStage: 'AWSCURRENT' },
      },
    ]);
  });

  it('adds the configured prefix to the tenant id', async () => {
    const { readSecret, calls } = await setUp(respond({ SecretString: secret }), 'prod/kaleyra/');
    await readSecret('acme');
    expect(calls[0]?.input).toMatchObject({ SecretId: 'prod/kaleyra/acme' });
  });

  it('returns an empty text as it is', async () => {
    expect(await (await setUp(respond({ SecretString: '' }))).readSecret('acme')).toBe('');
  });

  it('rejects a binary secret', async () => {
    expect(await getFailure(respond({ SecretBinary: Buffer.from(secret).toString('base64') }))).toMatchObject(
      {
        code: 'CredentialsMisconfigured',
        reason: 'secret_binary',
        message: "The tenant's secret is binary. Store it as text.",
      },
    );
  });

  it('passes on the name of an error, and neither its message nor the error', async () => {
    const failure = await getFailure(
      refuse('AccessDeniedException', 'arn:aws:iam::000000000000:role/x is not authorized'),
    );
    expect(failure.reason).toBe('AccessDeniedException');
    expect(failure.cause).toBeUndefined();
    expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain('000000000000');
  });
});

describe('createReadSecret, for a refusal by Secrets Manager', () => {
  it.each([
    ['ResourceNotFoundException', "Secrets Manager can't find the specified secret."],
    [
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    ],
    [
      'InvalidRequestException',
      "You tried to perform the operation on a secret that's currently marked deleted.",
    ],
  ])('maps %s: %s to TenantUnknown', async (name, message) => {
    expect(await getFailure(refuse(name, message))).toMatchObject({
      code: 'TenantUnknown',
      message: "There is no secret for this tenant. Check the tenant id, or store the tenant's secret.",
      reason: name,
      calls: 1,
    });
  });

  it.each([
    ['ResourceNotFoundException', "can't find the specified secret value for staging label: AWSCURRENT"],
    ['AccessDeniedException', 'User is not authorized to perform: secretsmanager:GetSecretValue'],
    ['DecryptionFailure', "can't decrypt the protected secret text using the provided KMS key."],
    ['InvalidParameterException', 'The parameter is not valid.'],
    ['InvalidRequestException', 'The request is not valid for the current state of the resource.'],
    ['KMSAccessDeniedException', 'Access to KMS is not allowed'],
    ['AccessDeniedException', 'Access to KMS is not allowed'],
    ['AccessDeniedException', 'Access to what was marked for deletion is not allowed'],
  ])('maps %s: %s to CredentialsMisconfigured', async (name, message) => {
    expect(await getFailure(refuse(name, message))).toMatchObject({
      code: 'CredentialsMisconfigured',
      message:
        "The function cannot read or decrypt the tenant's secret, or it has no current value. Check the secret and the permissions.",
      reason: /Access to KMS/.test(message) && name === 'AccessDeniedException' ? 'kms_access_denied' : name,
      calls: 1,
    });
  });

  const tokens = [
    'ExpiredToken',
    'ExpiredTokenException',
    'InvalidClientTokenId',
    'MissingAuthenticationToken',
  ];
  const signatures = [
    'IncompleteSignature',
    'InvalidSignatureException',
    'RequestExpired',
    'UnrecognizedClientException',
  ];
  it.each([...tokens, ...signatures])(
    "maps %s, which rejects the function's identity, to CredentialsUnavailable",
    async (name) => {
      const failures = await Promise.all([400, 403].map((status) => getFailure(refuse(name, 'm', status))));
      for (const failure of failures) {
        expect(failure).toMatchObject({
          code: 'CredentialsUnavailable',
          message: 'Secrets Manager cannot be read now. Try again later.',
          reason: name,
        });
      }
    },
  );
});

describe('createReadSecret, if Secrets Manager cannot be read', () => {
  const outages: readonly (readonly [string, Behaviour])[] = [
    ['ThrottlingException', refuse('ThrottlingException', 'Rate exceeded')],
    ['TooManyRequestsException', refuse('TooManyRequestsException')],
    ['SomethingElse', refuse('SomethingElse', 'm', 429)],
    ['InternalServiceError', refuse('InternalServiceError', 'm', 500)],
    ['ServiceUnavailableException', refuse('ServiceUnavailableException', 'm', 503)],
    ['http_502', respond('<html>502</html>', 502)],
    ['http_403', respond('<html>403</html>', 403)],
    ['http_403', respond('', 403)],
    ['http_200', respond('<html>200</html>')],
  ];

  it('fails with CredentialsUnavailable and the reason, after retries', async () => {
    const failures = await Promise.all(outages.map(([, behave]) => getFailure(behave)));
    expect(failures.map(({ code, reason }) => [code, reason])).toEqual(
      outages.map(([reason]) => ['CredentialsUnavailable', reason]),
    );
    expect(failures[3]?.calls).toBe(3);
  });

  it('fails with CredentialsUnavailable if the connection breaks, or is refused', async () => {
    const breakInResponse: Behaviour = (response) =>
      response.writeHead(200).write('{"Sec', () => response.destroy());
    const failures = await Promise.all([getFailure(closeConnection), getFailure(breakInResponse)]);
    const refused = createSecretsManagerClient({ ...clientSettings, endpoint: 'http://127.0.0.1:1' });
    cleanUps.push(() => refused.destroy());
    await expect(createReadSecret(refused, 'kaleyra/')('acme')).rejects.toMatchObject({
      code: 'CredentialsUnavailable',
    });
    expect(failures.map(({ code }) => code)).toEqual(['CredentialsUnavailable', 'CredentialsUnavailable']);
  });

  it('succeeds if a retry does', async () => {
    const once = [
      refuse('ThrottlingException'),
      refuse('InternalServiceError', 'm', 500),
      closeConnection,
      () => timers.expire(1400),
    ] satisfies Behaviour[];
    for (const behave of once) {
      const { readSecret } = await setUp((response, count) =>
        (count === 1 ? behave : respond({ SecretString: secret }))(response, count),
      );
      expect(await readSecret('acme')).toBe(secret);
    }
  });

  it.each<[string, Behaviour]>([
    ['is silent', () => timers.expire(3000)],
    ['is too slow', (response) => response.writeHead(200).write('{"Sec', () => timers.expire(3000))],
  ])('ends at the deadline if Secrets Manager %s, without a retry', async (_name, behave) => {
    expect(await getFailure(behave)).toMatchObject({
      code: 'CredentialsUnavailable',
      reason: 'timeout',
      calls: 1,
    });
  });

  it('fails with CredentialsUnavailable if the function has no AWS credentials', async () => {
    const client = createSecretsManagerClient({
      region: 'ap-south-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: () =>
        Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' })),
    });
    cleanUps.push(() => client.destroy());
    await expect(createReadSecret(client, 'kaleyra/')('acme')).rejects.toMatchObject({
      code: 'CredentialsUnavailable',
      reason: 'CredentialsProviderError',
    });
  });
});
