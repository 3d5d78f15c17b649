/** Where the function finds Kaleyra and Secrets Manager: the sandbox's own, or the ones that the environment names. */
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { apiDomains } from '../../functions/verify-number/kaleyra/pods.ts';
import type { KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';
import { isLoopbackUrl } from '../local/loopback-url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the origin of a service from a variable.
 * @returns undefined if the variable is not set
 * @throws Error that names the variable
 */
const readOrigin = (environment: Environment, name: string): URL | undefined => {
  const text = environment[name];
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url;
  throw new Error(`${name} must be an http or https URL without a path, for example http://127.0.0.1:4566`);
};

export const readSecretsManagerOrigin = (environment: Environment): URL | undefined =>
  readOrigin(environment, 'AWS_ENDPOINT_URL_SECRETS_MANAGER');

/**
 * Reads the origin of another Kaleyra. It receives the tenants' API keys.
 * @throws Error if it is neither on this machine nor Kaleyra's
 */
export const readKaleyraOrigin = (environment: Environment): URL | undefined => {
  const url = readOrigin(environment, 'KALEYRA_BASE_URL');
  const allowed = Object.values(apiDomains).map((domain) => `https://${domain}`);
  if (!url || isLoopbackUrl(url.href) || allowed.includes(url.origin)) return url;
  throw new Error(
    `KALEYRA_BASE_URL receives API keys. It must be on loopback, for example http://127.0.0.1:3001, or one of ${allowed.join(', ')}`,
  );
};

export const toLoopbackOrigin = (port: number): URL => new URL(`http://127.0.0.1:${port}`);

export const toKaleyraEndpoint = ({ protocol, hostname, port }: URL): Omit<KaleyraEndpoint, 'agent'> => ({
  protocol: protocol === 'https:' ? 'https:' : 'http:',
  hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
  ...(port !== '' && { port: Number(port) }),
});

/**
 * Settings of the client for a Secrets Manager, with the credentials or the profile of the environment. If it has none, a
 * Secrets Manager on loopback gets obviously fake credentials, and the AWS SDK finds the user's for any other.
 */
export const toSecretsManagerSettings = (
  origin: URL,
  region: string,
  { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE }: Environment,
): SecretsManagerClientConfig => {
  const settings = { region, endpoint: origin.href };
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    const sessionToken = AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN };
    const credentials = {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...sessionToken,
    };
    return { ...settings, credentials };
  }
  if (AWS_PROFILE) return { ...settings, profile: AWS_PROFILE };
  return isLoopbackUrl(origin.href) ? { ...settings, credentials: fakeCredentials } : settings;
};

const fakeCredentials = { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' };
