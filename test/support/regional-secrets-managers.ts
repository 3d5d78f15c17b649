/** Secrets Managers of several regions behind one endpoint, which reads the region from the request's signature. */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../lib/sandbox/loopback/loopback-server.ts';
import { type SecretsManager, startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';

/** Starts them and points the SDK to them. The caller restores the environment. */
export const startRegions = async (names: readonly string[]) => {
  const regions = new Map<string, SecretsManager>();
  for (const region of names) regions.set(region, await startSecretsManager({ region }));
  const find = (region: string): SecretsManager => {
    const found = regions.get(region);
    if (found) return found;
    throw new Error(`No Secrets Manager was started for ${region}.`);
  };

  const server = createServer(async (request, response) => {
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(String(request.headers.authorization))?.[1] ?? '';
    const result = await fetch(`http://127.0.0.1:${find(region).port}`, {
      method: 'POST',
      headers: { 'x-amz-target': String(request.headers['x-amz-target']) },
      body: await buffer(request),
    });
    response.writeHead(result.status, Object.fromEntries(result.headers)).end(await result.text());
  });
  const listening = await listenOnLoopback(server, 0, '');
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${listening.port}`;
  return {
    in: find,
    close: async () => {
      await Promise.all([listening.close(), ...[...regions.values()].map((one) => one.close())]);
    },
  };
};
