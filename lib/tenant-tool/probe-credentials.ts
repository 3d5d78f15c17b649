import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { catalogue, Failure } from '../../functions/verify-number/core/failures.ts';
import { createSteps } from '../../functions/verify-number/core/steps.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { createExchange, type Exchange } from '../../functions/verify-number/kaleyra/transport.ts';
import type { KaleyraToProbe } from './kaleyra-to-probe.ts';

/** Whether Kaleyra accepts SID and key, and what it responded. */
interface ProbeResult {
  readonly verdict: 'accepted' | 'rejected' | 'unclear';
  readonly response: string;
}

/**
 * A request that cannot verify a number: there is no WABA 0, no number 0 and no country code +0, and the password is not
 * six digits. Kaleyra responds with RBC001 to wrong credentials, and otherwise with an error about the other fields.
 */
const impossibleRequest = {
  number: { tenant_id: 'probe', waba_id: '0', id: '0', phone_number: '+0' },
  otp: 'none',
};

const timeoutMs = 10_000;

/** Asks Kaleyra whether it accepts a tenant's credentials. */
export const probeCredentials = async (
  credentials: TenantCredentials,
  { endpoint, pathPrefix }: KaleyraToProbe,
): Promise<ProbeResult> => {
  const agent = endpoint.protocol === 'https:' ? new HttpsAgent() : new HttpAgent();
  const exchange = createExchange({ ...endpoint, agent });
  const withPrefix: Exchange = (request) => exchange({ ...request, path: pathPrefix + request.path });
  const kaleyra = createKaleyraClient(withPrefix);
  try {
    const { code, message } = await kaleyra.verify(
      impossibleRequest,
      credentials,
      performance.now() + timeoutMs,
      createSteps(),
    );
    return { verdict: 'accepted', response: `${code}, ${message}` };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { kaleyra: result, message } = failure;
    return { verdict: getVerdict(failure), response: result ? `${result.code}, ${result.message}` : message };
  } finally {
    agent.destroy();
  }
};

/** A retryable failure and an undocumented code say nothing about the credentials. */
const getVerdict = ({ code, kaleyra }: Failure): ProbeResult['verdict'] => {
  if (code === 'CredentialsRejected') return 'rejected';
  return kaleyra && !catalogue[code].retryable && code !== 'UnexpectedResponse' ? 'accepted' : 'unclear';
};
