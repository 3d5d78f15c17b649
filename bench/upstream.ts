import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCertificateAuthority } from './lambda-runtime/certificates.ts';

/** How long the upstreams think before they answer, in milliseconds. */
export interface Latencies {
  readonly secretsManagerMs: number;
  readonly kaleyraMs: number;
}

/** Calls that arrived upstream. */
export interface Calls {
  readonly secretsManager: number;
  readonly kaleyra: number;
  /** Those that were not as they should be. */
  readonly refused: number;
}

export interface Upstream extends AsyncDisposable {
  /** PEM of the authority that issued the upstreams' certificate. */
  readonly trust: string;
  /** Connections to be redirected to the upstreams, as `startLambdaProcess` takes them. */
  readonly redirect: Readonly<Record<string, number>>;
  setLatencies(latencies: Latencies): Promise<void>;
  /**
   * The calls since the last time that this was asked.
   * @throws Error when one of them was not as it should be: what was measured was not the same work
   */
  takeCalls(): Promise<Calls>;
}

const kaleyra = 'api.in.kaleyra.io';
const secretsManager = 'secretsmanager.ap-south-1.amazonaws.com';

/** Starts the upstreams' process. */
export const startUpstream = async (): Promise<Upstream> => {
  const authority = await createCertificateAuthority();
  const child = fork(join(import.meta.dirname, 'upstream-server.ts'));
  const exited = once(child, 'exit');
  const ask = async <T>(message: object | string): Promise<T> => {
    const answer = once(child, 'message');
    child.send(message);
    return (await answer)[0] as T;
  };
  const certificate = await authority.issue([kaleyra, secretsManager]);
  const { port } = await ask<{ port: number }>({ certificate });
  return {
    trust: authority.cert,
    redirect: { [`${kaleyra}:443`]: port, [`${secretsManager}:443`]: port },
    setLatencies: async (latencies) => {
      await ask({ latencies });
    },
    takeCalls: async () => {
      const calls = await ask<Calls>('take calls');
      if (calls.refused > 0) throw new Error(`${calls.refused} calls upstream were not as they should be`);
      return calls;
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await exited;
    },
  };
};
