import { readConfig } from '../../functions/verify-number/config.ts';
import { apiDomains } from '../../functions/verify-number/kaleyra/pods.ts';
import type { EmitEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { getFunctionTimeoutMs } from '../../functions/verify-number/time-budget.ts';
import { type ComposeFunction, composeFunction, type Surroundings } from './compose-function.ts';
import { createReferencePage } from './console/reference-page.ts';
import { kaleyraAt, loopbackOrigin, readOrigin, secretsManagerAt } from './endpoints.ts';
import { type GatewayRefusal, startHttpGateway } from './gateway/http-gateway.ts';
import { unsignedToken } from './gateway/jwt-claims.ts';
import { functionName } from './gateway/lambda-context.ts';
import { type KaleyraSimulator, startKaleyraSimulator } from './kaleyra/simulator.ts';
import type { LoopbackServer } from './loopback-server.ts';
import {
  type SecretsManager,
  type SecretsManagerOptions,
  startSecretsManager,
  throttled,
} from './secrets-manager/server.ts';
import { accountOf, brokenTenants, type SampleTenant, secretsOf, withSamples } from './seed-tenants.ts';

export interface SandboxOptions {
  /** The function's environment, and the two variables that name another Secrets Manager or Kaleyra. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Each 0 by default, which picks a free one. */
  readonly ports?: { readonly http?: number; readonly kaleyra?: number; readonly secretsManager?: number };
  /** Beside the sample tenants; one of the same name takes its place. */
  readonly tenants?: readonly SampleTenant[];
  /** Told of each request that the function has answered. */
  readonly record?: EmitEvent;
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
  const tenants = withSamples(options.tenants ?? []);
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
  /** The server that the environment names, or one of the sandbox's own. */
  const otherOrOwn = async <T extends LoopbackServer>(other: URL | undefined, start: () => Promise<T>) => {
    if (other) return { origin: other };
    const own = keep(await start());
    return { origin: loopbackOrigin(own.port), own };
  };
  const startKaleyra = () =>
    startKaleyraSimulator({
      port: options.ports?.kaleyra ?? 0,
      accounts: tenants.map((tenant) => accountOf(tenant, config.pod)),
      pod: config.pod,
    });
  const startSecrets = (kaleyra: KaleyraSimulator | undefined) =>
    startSecretsManager({
      kaleyra: kaleyra && { port: kaleyra.port, pod: config.pod },
      port: options.ports?.secretsManager ?? 0,
      region,
      secrets: secretsOf(tenants, config.secretPrefix),
      fault: (call) =>
        call.operation === 'GetSecretValue' &&
        call.secretId === config.secretPrefix + brokenTenants.unavailable
          ? throttled()
          : options.secretsManagerFault?.(call),
    });

  try {
    const kaleyra = await otherOrOwn(readOrigin(environment, 'KALEYRA_BASE_URL'), startKaleyra);
    const secretsManager = await otherOrOwn(readOrigin(environment, 'AWS_ENDPOINT_URL_SECRETS_MANAGER'), () =>
      startSecrets(kaleyra.own),
    );
    const surroundings: Surroundings = {
      environment,
      kaleyra: {
        ...kaleyraAt(kaleyra.origin),
        ...(kaleyra.own && { headers: { host: apiDomains[config.pod] } }),
      },
      secretsManager: secretsManagerAt(secretsManager.origin, region, secretsManager.own ? {} : environment),
      record: (record) => options.record?.(record),
    };
    let current = keep(composeFunction(surroundings));
    const gateway = keep(
      await startHttpGateway({
        port: options.ports?.http ?? 0,
        lambda: () => ({
          handler: current.handler,
          region,
          timeoutMs: getFunctionTimeoutMs(config.kaleyraTimeoutMs, config.attempts !== undefined),
        }),
        needsToken: token !== undefined,
        readPage: createReferencePage(token),
        onRefusal: options.onRefusal,
      }),
    );
    const http = loopbackOrigin(gateway.port).origin;
    return {
      urls: {
        http,
        invoke: `${http}/2015-03-31/functions/${functionName}/invocations`,
        kaleyra: kaleyra.origin.origin,
        secretsManager: secretsManager.origin.origin,
      },
      config,
      tenantIds,
      token,
      ...(kaleyra.own && { kaleyra: kaleyra.own }),
      ...(secretsManager.own && { secretsManager: secretsManager.own }),
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
