import { Agent } from 'node:https';
import { catalogue, Failure } from '../../functions/verify-number/core/failures.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { apiDomains, type Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import { createExchange, type KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';

/** Where a pod is asked. Only tests have another answer than `realEndpoint`: an API key goes there. */
export type EndpointOfPod = (pod: Pod) => KaleyraEndpoint;

export const realEndpoint: EndpointOfPod = (pod) => ({
  protocol: 'https:',
  hostname: apiDomains[pod],
  agent: new Agent(),
});

/** What Kaleyra thinks of SID and key, and its words for it. */
export interface ProbeResult {
  readonly verdict: 'accepted' | 'rejected' | 'unclear';
  readonly says: string;
}

/**
 * What is sent cannot verify anything: there is no WABA 0, no number 0 and no country +0, and a word is no one-time
 * password. The function itself would refuse it unsent. Kaleyra answers RBC001 where SID or key is wrong, and
 * otherwise with one of its complaints about the rest.
 */
const nothingToVerify = {
  number: { tenant_id: 'probe', waba_id: '0', id: '0', phone_number: '+0' },
  otp: 'none',
};

const timeoutMs = 10_000;

/** Asks a pod whether it takes a tenant's credentials. */
export const probeCredentials = async (
  credentials: TenantCredentials,
  endpoint: KaleyraEndpoint,
): Promise<ProbeResult> => {
  const kaleyra = createKaleyraClient(createExchange(endpoint));
  try {
    const { code, message } = await kaleyra.verify(
      nothingToVerify,
      credentials,
      performance.now() + timeoutMs,
    );
    return { verdict: 'accepted', says: `${code}, ${message}` };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const says = failure.kaleyra ? `${failure.kaleyra.code}, ${failure.kaleyra.message}` : failure.message;
    return { verdict: verdictOf(failure), says };
  } finally {
    endpoint.agent.destroy();
  }
};

/** A failure that may pass, or that stands on no page of Kaleyra's, says nothing of the credentials. */
const verdictOf = ({ code, kaleyra }: Failure): ProbeResult['verdict'] => {
  if (code === 'CredentialsRejected') return 'rejected';
  return kaleyra && !catalogue[code].retryable && code !== 'UnexpectedResponse' ? 'accepted' : 'unclear';
};
