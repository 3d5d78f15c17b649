/** Starts the sandbox: the real handler on loopback, with a simulated Kaleyra and a simulated Secrets Manager. */

import { type Config, readConfig, variables } from '../../functions/verify-number/config.ts';
import { apiDomains } from '../../functions/verify-number/kaleyra/pods.ts';
import { formatSecret, getSecretName } from '../../functions/verify-number/tenants/secret.ts';
import { checkNodeVersion } from '../local/node-version.ts';
import { createCallLog } from './call-log.ts';
import type { ComposeFunction } from './compose-function.ts';
import { createConsole } from './console/console.ts';
import { problemTypesPath } from './console/console-routes.ts';
import { createControlRoutes } from './control-routes.ts';
import { createControls } from './controls.ts';
import { readOrigin, toLoopbackOrigin, toSecretsManagerSettings } from './endpoints.ts';
import { createFunctionHost, type FunctionHost } from './function-host.ts';
import { startHttpGateway } from './gateway/http-gateway.ts';
import { createUnsignedToken } from './gateway/jwt-claims.ts';
import { functionName } from './gateway/lambda-context.ts';
import { type KaleyraSimulator, startKaleyraSimulator } from './kaleyra/simulator.ts';
import { allOrNone } from './loopback/loopback-server.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import {
  createThrottlingFault,
  isRead,
  type SecretsManager,
  type SecretsManagerOptions,
  startSecretsManager,
} from './secrets-manager/server.ts';
import {
  addToSeed,
  brokenTenants,
  toAccount,
  toRotatingTenant,
  toSecrets,
  withAccounts,
} from './seed-tenants.ts';

/** A sandbox with the parts that only this repository's own code uses. */
export interface RunningSandbox extends Sandbox {
  readonly config: Config;
  /** Absent if the environment names another one. */
  readonly kaleyra?: KaleyraSimulator;
  readonly secretsManager?: SecretsManager;
  /** Replaces the function. Calls that are running end with the old one. */
  use(compose: ComposeFunction): void;
}

/**
 * Starts the sandbox on free ports of loopback, with seed tenants.
 * @throws Error that names the variable or the ports that are wrong
 */
export const startSandbox = async (options: SandboxOptions = {}): Promise<RunningSandbox> => {
  checkNodeVersion();
  const region = options.environment?.['AWS_REGION'] || 'ap-south-1';
  const environment = { ...options.environment, AWS_REGION: region };
  const config = readConfig(environment);
  const { pod, secretPrefix, tenantClaim } = config;
  const otherKaleyra = readOrigin(environment, 'KALEYRA_BASE_URL');
  const otherSecretsManager = readOrigin(environment, 'AWS_ENDPOINT_URL_SECRETS_MANAGER');
  const tenants = addToSeed(options.tenants ?? []);
  const accounts = new Map(
    withAccounts(tenants).map((tenant) => [tenant.tenantId, toAccount(tenant, pod)] as const),
  );
  const tenantIds = tenants.map(({ tenantId }) => tenantId);
  const token =
    tenantClaim &&
    createUnsignedToken(tenantClaim, [...tenantIds, ...Object.values(brokenTenants), 'nobody']);

  const hosted = Promise.withResolvers<FunctionHost>();
  const controls = createControls({
    owns: { kaleyra: !otherKaleyra, secretsManager: !otherSecretsManager },
    tenants: otherKaleyra || otherSecretsManager ? [] : tenants.map(toRotatingTenant),
    setKeys: (tenantId, { apiKey, activeKeys }) => {
      const account = accounts.get(tenantId);
      if (!account) return;
      accounts.set(tenantId, { ...account, apiKeys: activeKeys });
      secretsManager?.put(getSecretName(secretPrefix, tenantId), formatSecret({ sid: account.sid, apiKey }));
    },
    useUpAttempts: async (number) => (await hosted.promise).useUpAttempts(number),
    closeIdleConnections: () => {
      kaleyra?.closeIdleConnections();
      secretsManager?.closeIdleConnections();
    },
    restart: async () => {
      kaleyra?.forgetNumbers();
      (await hosted.promise).restart();
    },
    onChange: (state) => {
      sandboxConsole.showControls(state);
      options.onControlChange?.(state);
    },
  });
  const serveControls = createControlRoutes(controls);
  const sandboxConsole = createConsole(
    {
      pod,
      kaleyraHost: otherKaleyra?.host ?? apiDomains[pod],
      isKaleyraSimulated: !otherKaleyra,
      region,
      tenantIds,
      token,
      tokenWithoutTenant: tenantClaim && createUnsignedToken(tenantClaim, []),
      kaleyraTimeoutMs: config.kaleyraTimeoutMs,
      refusesUncounted: config.attempts?.onFailure === 'refuse',
    },
    withAccounts(tenants).flatMap(({ sid, apiKey, nextApiKey = '' }) => [sid, apiKey, nextApiKey]),
    controls.state,
  );

  const callLog = createCallLog(sandboxConsole.recorder);

  const startGateway = () =>
    startHttpGateway({
      port: options.ports?.http ?? 0,
      lambda: async () => (await hosted.promise).lambda(),
      needsToken: token !== undefined,
      recorder: sandboxConsole.recorder,
      serveOther: (request, response) =>
        serveControls(request, response) ?? sandboxConsole.serve(request, response),
      onRejected: options.onRejected,
    });
  const startKaleyra = () =>
    startKaleyraSimulator({
      port: options.ports?.kaleyra ?? 0,
      pod,
      get accounts() {
        return [...accounts.values()];
      },
      fault: controls.kaleyraFault,
    });
  const startSecrets = () =>
    startSecretsManager({
      port: options.ports?.secretsManager ?? 0,
      region,
      secrets: toSecrets(withAccounts(tenants), secretPrefix),
      get kaleyra(): SecretsManagerOptions['kaleyra'] {
        return kaleyra && { port: kaleyra.port, pod };
      },
      fault: (call) =>
        isRead(getSecretName(secretPrefix, brokenTenants.unavailable), call)
          ? createThrottlingFault()
          : (options.secretsManagerFault?.(call) ?? controls.secretsManagerFault()),
    });

  const [gateway, kaleyra, secretsManager] = await allOrNone([
    startGateway(),
    otherKaleyra ? undefined : startKaleyra(),
    otherSecretsManager ? undefined : startSecrets(),
  ]);
  const http = toLoopbackOrigin(gateway.port).origin;
  const origins = {
    kaleyra: otherKaleyra ?? toLoopbackOrigin(kaleyra?.port ?? 0),
    secretsManager: otherSecretsManager ?? toLoopbackOrigin(secretsManager?.port ?? 0),
  };
  const host = createFunctionHost({
    environment: {
      ...environment,
      [variables.problemTypeBase]: config.problemTypeBase ?? `${http}${problemTypesPath}`,
    },
    kaleyra: { origin: origins.kaleyra, isSimulator: !otherKaleyra },
    secretsManager: toSecretsManagerSettings(
      origins.secretsManager,
      region,
      otherSecretsManager ? environment : {},
    ),
    clock: controls.clock,
    emit: (event) => {
      callLog.emit(event);
      sandboxConsole.emit(event);
      options.emit?.(event);
    },
    observe: sandboxConsole.observe,
  });
  hosted.resolve(host);

  return {
    url: http,
    urls: {
      http,
      invoke: `${http}/2015-03-31/functions/${functionName}/invocations`,
      kaleyra: origins.kaleyra.origin,
      secretsManager: origins.secretsManager.origin,
    },
    ports: {
      http: gateway.port,
      ...(kaleyra && { kaleyra: kaleyra.port }),
      ...(secretsManager && { secretsManager: secretsManager.port }),
    },
    config,
    tenantIds,
    token,
    controls,
    ...(kaleyra && { kaleyra }),
    ...(secretsManager && { secretsManager }),
    calls: callLog.calls,
    use: host.use,
    close: async () => {
      host.close();
      await Promise.all([gateway, kaleyra, secretsManager].map((server) => server?.close()));
    },
  };
};
