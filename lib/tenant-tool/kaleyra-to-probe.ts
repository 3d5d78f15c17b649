import {
  apiDomains,
  getDefaultPod,
  isPod,
  type Pod,
  pods,
} from '../../functions/verify-number/kaleyra/pods.ts';
import type { KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';
import { isLoopbackUrl } from '../local/loopback-url.ts';
import { getPodPath, type SandboxDescription, sandboxPath } from '../local/sandbox-description.ts';
import type { AwsTarget } from './aws-target.ts';

/** The Kaleyra that accepts or rejects the tenants' credentials of one region. */
export interface KaleyraToProbe {
  /** For people. */
  readonly description: string;
  readonly endpoint: Omit<KaleyraEndpoint, 'agent'>;
  /** Comes before the path of Kaleyra's endpoint. The sandbox plays each pod under its own. */
  readonly pathPrefix: string;
}

/** Finds the Kaleyra of a region. Only tests replace it, because Kaleyra receives API keys. */
export type FindKaleyra = (
  target: Pick<AwsTarget, 'region' | 'endpoint'>,
  pod: Pod | undefined,
) => Promise<KaleyraToProbe>;

/**
 * The sandbox's Kaleyra if Secrets Manager is the sandbox's, otherwise the pod's API domain. Both hosts are fixed here:
 * no variable and no response can send a key to a host other than loopback or Kaleyra.
 * @throws Error if the region has no pod, or the sandbox has no Kaleyra of its own
 */
export const findKaleyra: FindKaleyra = async ({ region, endpoint }, givenPod) => {
  const sandbox = await readSandbox(endpoint);
  const pod = givenPod ?? sandbox?.pod ?? getDefaultPod(region);
  if (!pod) {
    throw new Error(`Region ${region} has no default pod. Pass the account's pod: --pod ${pods.join('|')}.`);
  }
  const hostname = apiDomains[pod];
  if (!sandbox) {
    return {
      description: `Kaleyra's pod ${pod} (${hostname})`,
      endpoint: { protocol: 'https:', hostname },
      pathPrefix: '',
    };
  }
  const { port } = sandbox;
  return {
    description: `The sandbox's Kaleyra, pod ${pod} (127.0.0.1:${port})`,
    endpoint: { protocol: 'http:', hostname: '127.0.0.1', port },
    pathPrefix: getPodPath(pod),
  };
};

interface Sandbox {
  readonly port: number;
  readonly pod: Pod;
}

/** Asks a Secrets Manager on loopback whether it is the sandbox's. Another emulator does not know the path. */
const readSandbox = async (endpoint: string): Promise<Sandbox | undefined> => {
  if (!isLoopbackUrl(endpoint)) return undefined;
  const { is_sandbox: isSandbox, kaleyra_port: port, pod } = parseObject(await fetchText(endpoint));
  if (isSandbox !== true) return undefined;
  if (Number.isInteger(port) && isPod(pod)) return { port: Number(port), pod };
  throw new Error('The sandbox uses another Kaleyra (KALEYRA_BASE_URL). The tool sends no keys to it.');
};

const fetchText = async (endpoint: string): Promise<string> => {
  try {
    const signal = AbortSignal.timeout(3000);
    return await (await fetch(new URL(sandboxPath, endpoint), { redirect: 'error', signal })).text();
  } catch (error) {
    throw (error as Error).cause ?? error;
  }
};

const parseObject = (text: string): Partial<Record<keyof SandboxDescription, unknown>> => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};
