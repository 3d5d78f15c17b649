import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Latencies } from './conditions.ts';
import { createCertificateAuthority } from './lambda-runtime/certificates.ts';
import type { Ports, Setup } from './upstream-server.ts';

export interface Upstream extends AsyncDisposable {
  /** PEM of the authority that issued the upstreams' certificate. */
  readonly trust: string;
  /** Redirects of connections to the upstreams, for `startLambdaProcess`. */
  readonly redirect: Readonly<Record<string, number>>;
}

const hosts = {
  kaleyra: 'api.in.kaleyra.io',
  secretsManager: 'secretsmanager.ap-south-1.amazonaws.com',
  dynamoDb: 'dynamodb.ap-south-1.amazonaws.com',
} as const;

/** Starts the upstreams in their own process. */
export const startUpstream = async (latencies: Latencies): Promise<Upstream> => {
  const authority = await createCertificateAuthority();
  const setup: Setup = { certificate: await authority.issue(Object.values(hosts)), latencies };
  const child = fork(join(import.meta.dirname, 'upstream-server.ts'));
  const exited = once(child, 'exit');
  child.send(setup);
  const [ports]: [Ports] = (await once(child, 'message')) as [Ports];
  return {
    trust: authority.cert,
    redirect: {
      [`${hosts.kaleyra}:443`]: ports.kaleyra,
      [`${hosts.secretsManager}:443`]: ports.aws,
      [`${hosts.dynamoDb}:443`]: ports.aws,
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await exited;
    },
  };
};
