/** The probe of a tenant's credentials: a request to Kaleyra that cannot verify a number. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { catalogue, Failure } from '../../functions/verify-number/core/failures.ts';
import { createSteps } from '../../functions/verify-number/core/steps.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import {
  apiDomains,
  getDefaultPod,
  isPod,
  type Pod,
  pods,
} from '../../functions/verify-number/kaleyra/pods.ts';
import { createExchange, type KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';
import { isLoopbackUrl } from '../local/loopback-url.ts';
import { getPodPath, type SandboxDescription, sandboxPath } from '../local/sandbox-description.ts';

/** The Kaleyra that accepts or rejects the tenants' credentials of one region. */
interface KaleyraToProbe {
  /** For people. */
  readonly description: string;
  readonly endpoint: Omit<KaleyraEndpoint, 'agent'>;
  /** Comes before the path of Kaleyra's endpoint. The sandbox plays each pod under its own. */
  readonly pathPrefix: string;
}

/** Finds the Kaleyra of a region. Only tests replace it, because Kaleyra receives API keys. */
export type FindKaleyra = (
  secretsManager: { readonly region: string; readonly endpoint: string },
  pod: Pod | undefined,
) => Promise<KaleyraToProbe>;

/**
 * The sandbox's Kaleyra if Secrets Manager is the sandbox's, otherwise the pod's API domain. Both hosts are fixed here:
 * no variable and no response can send a key to a host other than loopback or Kaleyra.
 * @throws Error if the region has no pod, or the sandbox has no Kaleyra of its own
 */
export const findKaleyra: FindKaleyra = async ({ region, endpoint }, givenPod) => {
  const sandbox = await findSandbox(endpoint);
  const pod = givenPod ?? sandbox?.pod ?? getDefaultPod(region);
  if (!pod) {
    throw new Error(`Region ${region} has no default pod. Pass the account's pod: --pod ${pods.join('|')}.`);
  }
  const hostname = apiDomains[pod];
  if (!sandbox) {
    const description = `Kaleyra's pod ${pod} (${hostname})`;
    return { description, endpoint: { protocol: 'https:', hostname }, pathPrefix: '' };
  }
  return {
    description: `The sandbox's Kaleyra, pod ${pod} (127.0.0.1:${sandbox.port})`,
    endpoint: { protocol: 'http:', hostname: '127.0.0.1', port: sandbox.port },
    pathPrefix: getPodPath(pod),
  };
};

/** Asks a Secrets Manager on loopback whether it is the sandbox's. Another emulator does not know the path. */
const findSandbox = async (
  endpoint: string,
): Promise<{ readonly port: number; readonly pod: Pod } | undefined> => {
  if (!isLoopbackUrl(endpoint)) return undefined;
  const response = await fetch(new URL(sandboxPath, endpoint), {
    redirect: 'error',
    signal: AbortSignal.timeout(3000),
  });
  const body: unknown = await response.json().catch(() => ({}));
  const description: Partial<Record<keyof SandboxDescription, unknown>> = Object(body);
  const { is_sandbox: isSandbox, kaleyra_port: port, pod } = description;
  if (isSandbox !== true) return undefined;
  if (Number.isInteger(port) && isPod(pod)) return { port: Number(port), pod };
  throw new Error('The sandbox uses another Kaleyra (KALEYRA_BASE_URL). The tool sends no keys to it.');
};

/**
 * There is no WABA 0, no number 0 and no country code +0, and the password is not six digits. Kaleyra responds with
 * RBC001 to wrong credentials, and otherwise with an error about the other fields.
 */
const impossibleRequest = {
  number: { tenant_id: 'probe', waba_id: '0', id: '0', phone_number: '+0' },
  otp: 'none',
};

const timeoutMs = 10_000;

/**
 * Asks Kaleyra whether it accepts a tenant's credentials.
 * @returns a sentence for people
 * @throws Error unless Kaleyra accepts them
 */
export const probeCredentials = async (
  credentials: TenantCredentials,
  { description, endpoint, pathPrefix }: KaleyraToProbe,
): Promise<string> => {
  const agent = endpoint.protocol === 'https:' ? new HttpsAgent() : new HttpAgent();
  const exchange = createExchange({ ...endpoint, agent });
  const kaleyra = createKaleyraClient((request) => exchange({ ...request, path: pathPrefix + request.path }));
  const accepts = (response: string): string =>
    `${description} accepts SID and key. Its response to a request that cannot verify a number: ${response}`;
  try {
    const deadline = performance.now() + timeoutMs;
    const { code, message } = await kaleyra.verify(impossibleRequest, credentials, deadline, createSteps());
    return accepts(`${code}, ${message}`);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { code, kaleyra: result, message } = failure;
    const response = result ? `${result.code}, ${result.message}` : message;
    if (code === 'CredentialsRejected') {
      throw new Error(
        `${description} rejects SID or key (${response}). It also rejects a key that is limited to other IP addresses ` +
          'than yours, and an account of another pod.',
      );
    }
    // A retryable failure and an undocumented code say nothing about the credentials.
    if (result && !catalogue[code].retryable && code !== 'UnexpectedResponse') return accepts(response);
    throw new Error(`${description} did not say whether it accepts SID and key: ${response}`);
  } finally {
    agent.destroy();
  }
};
