import { readConfig } from '../../functions/verify-number/config.ts';
import { apiDomains } from '../../functions/verify-number/kaleyra/pods.ts';
import type { RecordRequest } from '../../functions/verify-number/request-trace.ts';
import { type ComposeFunction, composeFunction, type Surroundings } from './compose-function.ts';
import { type GatewayRefusal, startHttpGateway } from './http-gateway.ts';
import { unsignedToken } from './jwt-claims.ts';
import { type KaleyraAccount, type KaleyraSimulator, startKaleyraSimulator } from './kaleyra-simulator.ts';
import { functionName } from './lambda-context.ts';
import { createReferencePage } from './reference-page.ts';
import { brokenTenants, type SampleTenant, sampleTenants, secretValueOf } from './sample-tenants.ts';
import {
  type SecretsManager,
  type SecretsManagerOptions,
  startSecretsManager,
  throttled,
} from './secrets-manager.ts';

export interface SandboxOptions {
  /** The function's environment, and the two variables that name another Secrets Manager or Kaleyra. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Each 0 by default, which picks a free one. */
  readonly ports?: { readonly http?: number; readonly kaleyra?: number; readonly secretsManager?: number };
  /** Beside the sample tenants; one of the same name takes its place. */
  readonly tenants?: readonly SampleTenant[];
  /** Told of each request that the function has answered. */
  readonly record?: RecordRequest;
  /** Told of each request that the gateway refused by itself. */
  readonly onRefusal?: (refusal: GatewayRefusal) => void;
  /** Asked at each call to the sandbox's own Secrets Manager: what goes wrong with it, if anything. */
  readonly secretsManagerFault?: SecretsManagerOptions['fault'];
}

export interface Sandbox {
  /** Origins, and Lambda's Invoke path. */
  readonly urls: {
    readonly http: string;
    readonly invoke: string;
    readonly kaleyra: string;
    readonly secretsManager: string;
  };
  readonly config: ReturnType<typeof readConfig>;
  readonly tenantIds: readonly string[];
  /** A token that speaks for every tenant; absent where callers need none. */
  readonly token: string | undefined;
  /** Absent where the environment names another one. */
  readonly kaleyra?: KaleyraSimulator;
  readonly secretsManager?: SecretsManager;
  /** Exchanges the function for one that is put together afresh; calls under way end as they began. */
  use(compose: ComposeFunction): void;
  /** Ends it at once, calls under way included. */
  close(): Promise<void>;
}

/** How much longer than Kaleyra the function may take: as in the stack, for Secrets Manager twice and for the answer. */
const timeBesideKaleyraMs = 7000;

/**
 * Starts the whole of it on loopback: the real handler behind an HTTP API and Lambda's Invoke, with a Secrets Manager
 * and a Kaleyra of its own.
 * @throws Error that names the variable or the port that is wrong
 */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const environment = { ...options.environment };
  const region = environment['AWS_REGION'] || 'ap-south-1';
  environment['AWS_REGION'] = region;
  const config = readConfig(environment);
  const kaleyraUrl = readUrl(environment, 'KALEYRA_BASE_URL');
  const secretsManagerUrl = readUrl(environment, 'AWS_ENDPOINT_URL_SECRETS_MANAGER');
  const tenants = [
    ...new Map([...sampleTenants, ...(options.tenants ?? [])].map((one) => [one.tenantId, one])).values(),
  ];

  const tenantIds = tenants.map(({ tenantId }) => tenantId);
  const token =
    config.tenantClaim && unsignedToken(config.tenantClaim, [...tenantIds, ...Object.values(brokenTenants)]);

  const started: { close(): void | Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.map((one) => one.close()));
  };
  const keep = <T extends { close(): void | Promise<void> }>(one: T): T => {
    started.push(one);
    return one;
  };

  try {
    const kaleyra = kaleyraUrl
      ? undefined
      : keep(
          await startKaleyraSimulator({
            port: options.ports?.kaleyra ?? 0,
            accounts: tenants.map((tenant) => accountOf(tenant, config.pod)),
            pod: config.pod,
          }),
        );
    const secretsManager = secretsManagerUrl
      ? undefined
      : keep(
          await startSecretsManager({
            port: options.ports?.secretsManager ?? 0,
            region,
            secrets: secretsOf(tenants, config.secretPrefix),
            fault: (call) =>
              call.operation === 'GetSecretValue' &&
              call.secretId === config.secretPrefix + brokenTenants.unavailable
                ? throttled()
                : options.secretsManagerFault?.(call),
          }),
        );
    const surroundings: Surroundings = {
      environment,
      kaleyra: kaleyraUrl
        ? endpointOf(kaleyraUrl)
        : { ...endpointOf(new URL(loopback(kaleyra?.port))), hostHeader: apiDomains[config.pod] },
      secretsManager: {
        region,
        endpoint: secretsManagerUrl?.href ?? loopback(secretsManager?.port),
        ...(mayUseFakeCredentials(environment, secretsManagerUrl) && { credentials: fakeCredentials }),
      },
      record: (record) => options.record?.(record),
    };
    let current = keep(composeFunction(surroundings));
    const gateway = keep(
      await startHttpGateway({
        port: options.ports?.http ?? 0,
        lambda: () => ({
          handler: current.handler,
          region,
          timeoutMs: config.kaleyraTimeoutMs + timeBesideKaleyraMs,
        }),
        needsToken: token !== undefined,
        readPage: createReferencePage(token),
        onRefusal: options.onRefusal,
      }),
    );
    const http = loopback(gateway.port);
    return {
      urls: {
        http,
        invoke: `${http}/2015-03-31/functions/${functionName}/invocations`,
        kaleyra: kaleyraUrl?.origin ?? loopback(kaleyra?.port),
        secretsManager: secretsManagerUrl?.origin ?? loopback(secretsManager?.port),
      },
      config,
      tenantIds,
      token,
      ...(kaleyra && { kaleyra }),
      ...(secretsManager && { secretsManager }),
      use: (compose) => {
        current = keep(compose(surroundings));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const loopback = (port: number | undefined): string => `http://127.0.0.1:${port}`;

const accountOf = ({ sid, apiKey, nextApiKey, pod }: SampleTenant, ownPod: KaleyraAccount['pod']) => ({
  sid,
  apiKeys: nextApiKey === undefined ? [apiKey] : [apiKey, nextApiKey],
  pod: pod ?? ownPod,
});

const secretsOf = (tenants: readonly SampleTenant[], prefix: string): Record<string, string> => ({
  ...Object.fromEntries(tenants.map((tenant) => [prefix + tenant.tenantId, secretValueOf(tenant)])),
  [prefix + brokenTenants.misconfigured]: JSON.stringify({ note: 'a secret without sid and apiKey' }),
  [prefix + brokenTenants.unavailable]: JSON.stringify({ note: 'every read of this is throttled' }),
});

const endpointOf = ({ protocol, hostname, port }: URL): Surroundings['kaleyra'] => ({
  protocol: protocol === 'https:' ? 'https:' : 'http:',
  hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
  ...(port !== '' && { port: Number(port) }),
});

const readUrl = (
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): URL | undefined => {
  const text = environment[name];
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url;
  throw new Error(`${name} must be an http or https URL without a path, such as http://127.0.0.1:4566`);
};

/** Plainly fake, and taken by the sandbox's own Secrets Manager as anything is. */
const fakeCredentials = { accessKeyId: 'FAKEACCESSKEYID', secretAccessKey: 'fake-secret-access-key' };

/** Somebody else's Secrets Manager on loopback is a fake one as well, unless the user has credentials for it. */
const mayUseFakeCredentials = (
  environment: Readonly<Record<string, string | undefined>>,
  other: URL | undefined,
): boolean =>
  !other ||
  (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(other.hostname) &&
    !environment['AWS_ACCESS_KEY_ID'] &&
    !environment['AWS_PROFILE']);
