import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCertificateAuthority } from './lambda-runtime/certificates.ts';

/** How long the upstreams take to respond, in milliseconds. */
export interface Latencies {
  readonly secretsManagerMs: number;
  readonly kaleyraMs: number;
}

/** Requests that the upstreams have received. */
export interface Calls {
  readonly secretsManager: number;
  readonly kaleyra: number;
  /** Requests that were not as they should be. */
  readonly rejected: number;
}

export interface Upstream extends AsyncDisposable {
  /** PEM of the authority that issued the upstreams' certificate. */
  readonly trust: string;
  /** Redirects connections to the upstreams, for `startLambdaProcess`. */
  readonly redirect: Readonly<Record<string, number>>;
  setLatencies(latencies: Latencies): Promise<void>;
  /**
   * Returns the requests since the last call.
   * @throws Error if one was not as it should be: the functions did not do the same work
   */
  takeCalls(): Promise<Calls>;
}

const kaleyra = 'api.in.kaleyra.io';
const secretsManager = 'secretsmanager.ap-south-1.amazonaws.com';

/** Starts the upstreams in their own process. */
export const startUpstream = async (): Promise<Upstream> => {
  const authority = await createCertificateAuthority();
  const child = fork(join(import.meta.dirname, 'upstream-server.ts'));
  const exited = once(child, 'exit');
  const send = async <T>(message: object | string): Promise<T> => {
    const reply = once(child, 'message');
    child.send(message);
    return (await reply)[0] as T;
  };
  const certificate = await authority.issue([kaleyra, secretsManager]);
  const { port } = await send<{ port: number }>({ certificate });
  return {
    trust: authority.cert,
    redirect: { [`${kaleyra}:443`]: port, [`${secretsManager}:443`]: port },
    setLatencies: async (latencies) => {
      await send({ latencies });
    },
    takeCalls: async () => {
      const calls = await send<Calls>('take calls');
      if (calls.rejected > 0) throw new Error(`The upstreams rejected ${calls.rejected} requests.`);
      return calls;
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await exited;
    },
  };
};
