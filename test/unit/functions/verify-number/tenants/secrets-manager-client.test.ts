import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../../../../bench/lambda-runtime/certificates.ts';
import {
  createReadSecret,
  createSecretsManagerClient,
} from '../../../../../functions/verify-number/tenants/read-secret.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';
import { until } from '../../../../support/raw-kaleyra.ts';

useManualTimers();
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
    await until(() => Object.keys(agent.sockets).length === 0);
    clock.pass(idleMs);
    await readSecret('acme');
    return connections;
  };

  const counts: number[] = [];
  for (const idleMs of [0, 0, 14_999, 15_000, 0]) counts.push(await countAfter(idleMs));
  expect(counts).toEqual([1, 1, 1, 2, 2]);
});
