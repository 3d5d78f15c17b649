/** Where the function finds Kaleyra and Secrets Manager: the sandbox's own, or the ones that the environment names. */
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';
import { isLoopbackUrl } from '../local/loopback-url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the origin of a service from a variable.
 * @returns undefined if the variable is not set
 * @throws Error that names the variable
 */
export const readOrigin = (environment: Environment, name: string): URL | undefined => {
  const text = environment[name];
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url;
  throw new Error(`${name} must be an http or https URL without a path, for example http://127.0.0.1:4566`);
};

export const toLoopbackOrigin = (port: number): URL => new URL(`http://127.0.0.1:${port}`);

export const toKaleyraEndpoint = ({ protocol, hostname, port }: URL): Omit<KaleyraEndpoint, 'agent'> => ({
  protocol: protocol === 'https:' ? 'https:' : 'http:',
  hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
  ...(port !== '' && { port: Number(port) }),
});

/**
 * Settings of the client for a Secrets Manager. On loopback it is a fake, which gets obviously fake credentials unless the
 * user has some. Any other gets the user's.
 */
export const toSecretsManagerSettings = (
  origin: URL,
  region: string,
  { AWS_ACCESS_KEY_ID, AWS_PROFILE }: Environment,
): Pick<SecretsManagerClientConfig, 'region' | 'endpoint' | 'credentials'> => ({
  region,
  endpoint: origin.href,
  ...(isLoopbackUrl(origin.href) && !AWS_ACCESS_KEY_ID && !AWS_PROFILE && { credentials: fakeCredentials }),
});

const fakeCredentials = { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' };
