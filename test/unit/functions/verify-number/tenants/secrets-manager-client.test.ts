import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../../../../bench/lambda-runtime/certificates.ts';
import {
  createReadSecret,
  createSecretsManagerClient,
} from '../../../../../functions/verify-number/tenants/read-secret.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';

let close = () => {};
afterEach(() => close());

it('the Secrets Manager client closes a connection that has been idle for 15 seconds', async () => {
  const authority = await createCertificateAuthority();
  const server = createServer(await authority.issue(['127.0.0.1']), (request, response) => {
    request.resume().once('end', () => response.end('{"SecretString":"fake"}'));
  });
  let connections = 0;
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const agent = new Agent({ keepAlive: true, ca: authority.cert });
  const clock = createManualClock();
  const client = createSecretsManagerClient(
    {
      region: 'ap-south-1',
      credentials: { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' },
      endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    agent,
    clock,
  );
  close = () => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  };
  const readSecret = createReadSecret(client, 'kaleyra/');
  const countAfter = async (idleMs: number) => {
    // The agent learns a moment after the response that the connection is free.
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.pass(idleMs);
    await readSecret('acme');
    return connections;
  };

  expect([
    await countAfter(0),
    await countAfter(0),
    await countAfter(0),
    await countAfter(0),
    await countAfter(14_999),
    await countAfter(15_000),
    await countAfter(0),
  ]).toEqual([1, 1, 1, 1, 1, 2, 2]);
});
