import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The origin that a variable names in place of one of the sandbox's own.
 * @returns undefined where it names none
 * @throws Error that names the variable
 */
export const readOrigin = (environment: Environment, name: string): URL | undefined => {
  const text = environment[name];
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url;
  throw new Error(`${name} must be an http or https URL without a path, such as http://127.0.0.1:4566`);
};

export const loopbackOrigin = (port: number): URL => new URL(`http://127.0.0.1:${port}`);

export const kaleyraAt = ({ protocol, hostname, port }: URL): Omit<KaleyraEndpoint, 'agent'> => ({
  protocol: protocol === 'https:' ? 'https:' : 'http:',
  hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
  ...(port !== '' && { port: Number(port) }),
});

/**
 * Settings for a Secrets Manager at an origin. One on loopback is a fake as the sandbox's own is, and gets plainly fake
 * credentials, unless the user has some for it; any other gets the user's.
 */
export const secretsManagerAt = (
  origin: URL,
  region: string,
  { AWS_ACCESS_KEY_ID, AWS_PROFILE }: Environment,
): Pick<SecretsManagerClientConfig, 'region' | 'endpoint' | 'credentials'> => {
  const isFake = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(origin.hostname);
  return {
    region,
    endpoint: origin.href,
    ...(isFake && !AWS_ACCESS_KEY_ID && !AWS_PROFILE && { credentials: fakeCredentials }),
  };
};

const fakeCredentials = { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' };
