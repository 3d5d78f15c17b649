import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import {
  createReadSecret,
  secretsManagerSettings,
} from '../../../../../functions/verify-number/tenants/read-secret.ts';

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

/** A Secrets Manager that does what the test says, and a reader of its secrets with the settings that are deployed. */
const setUp = async (behave: Behaviour, secretPrefix = 'kaleyra/') => {
  const calls: Call[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const body = await new Response(request as never).text();
    calls.push({ target: request.headers['x-amz-target']?.toString(), input: JSON.parse(body) });
    behave(response, calls.length);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const client = new SecretsManagerClient({
    ...secretsManagerSettings,
    region: 'ap-south-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' },
  });
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

const answer =
  (body: unknown, status = 200): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const refuse = (name: string, message = 'm', status = 400): Behaviour =>
  answer({ __type: name, message, Message: message }, status);

const failureOf = async (behave: Behaviour): Promise<Failure & { calls: number }> => {
  const { readSecret, calls } = await setUp(behave);
  const failure = await readSecret('acme').then(
    () => {
      throw new Error('there was no failure');
    },
    (thrown: Failure) => thrown,
  );
  return Object.assign(failure, { calls: calls.length });
};

describe("reading a tenant's secret", () => {
  it("asks for the current value of the tenant's secret, and for nothing else", async () => {
    const { readSecret, calls } = await setUp(
      answer({ SecretString: secret, VersionStages: ['AWSCURRENT'] }),
    );
    expect(await readSecret('acme')).toBe(secret);
    expect(calls).toEqual([
      {
        target: 'secretsmanager.GetSecretValue',
        input: { SecretId: 'kaleyra/acme', VersionStage: 'AWSCURRENT' },
      },
    ]);
  });

  it('puts the prefix that it was given before the tenant', async () => {
    const { readSecret, calls } = await setUp(answer({ SecretString: secret }), 'prod/kaleyra-');
    await readSecret('acme');
    expect(calls[0]?.input).toMatchObject({ SecretId: 'prod/kaleyra-acme' });
  });

  it('gives the text as it is, an empty one too', async () => {
    const { readSecret } = await setUp(answer({ SecretString: '' }));
    expect(await readSecret('acme')).toBe('');
  });

  it('does not take a binary secret', async () => {
    const failure = await failureOf(answer({ SecretBinary: Buffer.from(secret).toString('base64') }));
    expect(failure).toMatchObject({
      code: 'CredentialsMisconfigured',
      message: "The tenant's secret is binary, not text.",
    });
  });
});

describe('a refusal', () => {
  it.each([
    ['ResourceNotFoundException', "Secrets Manager can't find the specified secret."],
    [
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    ],
    [
      'InvalidRequestException',
      'You tried to perform the operation on a secret that is currently marked deleted or scheduled for deletion.',
    ],
  ])('by %s, %s: the tenant is unknown', async (name, message) => {
    expect(await failureOf(refuse(name, message))).toMatchObject({
      code: 'TenantUnknown',
      message: /delet/.test(message)
        ? "The tenant's secret is being deleted."
        : 'There is no secret for this tenant.',
      cause: new Error(name),
      calls: 1,
    });
  });

  it.each([
    [
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    ],
    ['AccessDeniedException', 'User is not authorized to perform: secretsmanager:GetSecretValue'],
    [
      'DecryptionFailure',
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    ],
    ['InvalidParameterException', 'The parameter is not valid.'],
    ['InvalidRequestException', 'The request is not valid for the current state of the resource.'],
    ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
    ['KMSAccessDeniedException', 'Access to KMS is not allowed'],
    ['AccessDeniedException', 'Access to what was marked for deletion is not allowed'],
  ])('by %s: %s: the secret cannot be used as it is', async (name, message) => {
    expect(await failureOf(refuse(name, message))).toMatchObject({
      code: 'CredentialsMisconfigured',
      message: "The function may not read or decrypt the tenant's secret, or it has no current value.",
      calls: 1,
    });
  });

  it('keeps only the name of what Secrets Manager said', async () => {
    const failure = await failureOf(
      refuse('AccessDeniedException', 'arn:aws:iam::000000000000:role/x may not'),
    );
    expect(failure.cause).toEqual(new Error('AccessDeniedException'));
    expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain('000000000000');
  });
});

describe('trouble', () => {
  const unavailability = expect.objectContaining({
    code: 'CredentialsUnavailable',
    message: 'Secrets Manager could not be read.',
    cause: expect.any(Error),
  });
  const breakOff: Behaviour = (response) => response.destroy();
  const unavailable: readonly [string, Behaviour][] = [
    ['throttled', refuse('ThrottlingException', 'Rate exceeded')],
    ['throttled under another name', refuse('TooManyRequestsException')],
    ['throttled by HTTP 429', refuse('SomethingElse', 'm', 429)],
    ['failing', refuse('InternalServiceError', 'm', 500)],
    ['failing under another name', refuse('ServiceUnavailableException', 'm', 503)],
    ['speaking HTML', answer('<html>502</html>', 502)],
    ['speaking HTML for success', answer('<html>200</html>')],
    ['breaking off', breakOff],
    [
      'breaking off within an answer',
      (response) => response.writeHead(200).write('{"Sec', () => response.destroy()),
    ],
  ];

  it('with Secrets Manager is tried again, and is unavailability at the end', async () => {
    const failures = await Promise.all(unavailable.map(([, behave]) => failureOf(behave)));
    expect(failures).toEqual(unavailable.map(() => unavailability));
    expect(failures[0]?.cause).toEqual(new Error('ThrottlingException'));
  });

  it('that passes is no trouble: throttled, failing, broken off or silent once, it is read the next time', async () => {
    const passing = [
      refuse('ThrottlingException'),
      refuse('InternalServiceError', 'm', 500),
      breakOff,
      () => {},
    ] satisfies Behaviour[];
    const secrets = await Promise.all(
      passing.map(async (behave: Behaviour) => {
        const { readSecret } = await setUp((response, count) =>
          count === 1 ? behave(response, count) : answer({ SecretString: secret })(response, count),
        );
        return readSecret('acme');
      }),
    );
    expect(secrets).toEqual(passing.map(() => secret));
  });

  it('that does not pass has its end: silence, and an answer that drips, are unavailability', async () => {
    const drip: Behaviour = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 50);
      response.once('close', () => clearInterval(timer));
    };
    const failures = await Promise.all([failureOf(() => {}), failureOf(drip)]);
    expect(failures.map(({ code }) => code)).toEqual(['CredentialsUnavailable', 'CredentialsUnavailable']);
  });

  it('reaching Secrets Manager at all is unavailability', async () => {
    const { readSecret } = await setUp(() => {});
    for (const cleanUp of cleanUps.splice(1)) await cleanUp();
    await expect(readSecret('acme')).rejects.toMatchObject({ code: 'CredentialsUnavailable' });
  });

  it("with the function's own AWS credentials is unavailability", async () => {
    const client = new SecretsManagerClient({
      region: 'ap-south-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: () =>
        Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' })),
    });
    cleanUps.push(() => client.destroy());
    await expect(createReadSecret(client, 'kaleyra/')('acme')).rejects.toMatchObject({
      code: 'CredentialsUnavailable',
    });
  });
});
