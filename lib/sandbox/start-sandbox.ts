/** Starts the sandbox: the real handler on loopback, with a simulated Kaleyra and a simulated Secrets Manager. */

import { type Config, readConfig, variables } from '../../functions/verify-number/config.ts';
import { apiDomains } from '../../functions/verify-number/kaleyra/pods.ts';
import { formatSecret, getSecretName } from '../../functions/verify-number/tenants/secret.ts';
import { checkNodeVersion } from '../local/node-version.ts';
import { createCallLog } from './call-log.ts';
import type { ComposeFunction } from './compose-function.ts';
import { createConsole } from './console/console.ts';
import { problemTypesPath } from './console/console-routes.ts';
import { createControlRoutes } from './controls/control-routes.ts';
import { createControls } from './controls/controls.ts';
import {
  readKaleyraOrigin,
  readSecretsManagerOrigin,
  toLoopbackOrigin,
  toSecretsManagerSettings,
} from './endpoints.ts';
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
import { addToSeed, brokenTenants, toAccount, toSecrets, uncountableTenant } from './tenants/seed-tenants.ts';

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
  const { ports = {}, onRejected } = options;
  const region = options.environment?.['AWS_REGION'] || 'ap-south-1';
  const environment = { ...options.environment, AWS_REGION: region };
  const config = readConfig(environment);
  const { pod, secretPrefix, tenantClaim } = config;
  const otherKaleyra = readKaleyraOrigin(environment);
  const otherSecretsManager = readSecretsManagerOrigin(environment);
  const tenants = addToSeed(options.tenants ?? []);
  const tenantIds = tenants.map(({ tenantId }) => tenantId);
  const withAccount = [...tenants, uncountableTenant];
  const accounts = new Map(withAccount.map((tenant) => [tenant.tenantId, toAccount(tenant, pod)]));
  const createToken = (...ids: string[]) => tenantClaim && createUnsignedToken(tenantClaim, ids);
  const token = createToken(...tenantIds, ...Object.values(brokenTenants), 'nobody');

  const hosted = Promise.withResolvers<FunctionHost>();
  const controls = createControls({
    owns: { kaleyra: !otherKaleyra, secretsManager: !otherSecretsManager },
    tenants: otherKaleyra || otherSecretsManager ? [] : tenants,
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
      tokenWithoutTenant: createToken(),
      kaleyraTimeoutMs: config.kaleyraTimeoutMs,
      refusesUncounted: config.attempts?.onFailure === 'refuse',
    },
    withAccount.flatMap(({ sid, apiKey, nextApiKey = '' }) => [sid, apiKey, nextApiKey]),
    controls.state,
  );
  const { recorder } = sandboxConsole;
  const callLog = createCallLog(recorder);

  const [gateway, kaleyra, secretsManager] = await allOrNone([
    startHttpGateway({
      port: ports.http ?? 0,
      lambda: async () => (await hosted.promise).lambda(),
      needsToken: token !== undefined,
      recorder,
      serveOther: (request, response) =>
        serveControls(request, response) ?? sandboxConsole.serve(request, response),
      onRejected,
    }),
    otherKaleyra
      ? undefined
      : startKaleyraSimulator({
          port: ports.kaleyra ?? 0,
          pod,
          get accounts() {
            return [...accounts.values()];
          },
          fault: controls.kaleyraFault,
        }),
    otherSecretsManager
      ? undefined
      : startSecretsManager({
          port: ports.secretsManager ?? 0,
          region,
          secrets: toSecrets(withAccount, secretPrefix),
          get kaleyra(): SecretsManagerOptions['kaleyra'] {
            return kaleyra && { port: kaleyra.port, pod };
          },
          fault: (call) =>
            isRead(getSecretName(secretPrefix, brokenTenants.unavailable), call)
              ? createThrottlingFault()
              : (options.secretsManagerFault?.(call) ?? controls.secretsManagerFault()),
        }),
  ]);

  const http = toLoopbackOrigin(gateway.port).origin;
  const kaleyraOrigin = otherKaleyra ?? toLoopbackOrigin(kaleyra?.port ?? 0);
  const secretsManagerOrigin = otherSecretsManager ?? toLoopbackOrigin(secretsManager?.port ?? 0);
  const credentialsFrom = otherSecretsManager ? environment : {};
  const host = createFunctionHost({
    environment: {
      ...environment,
      [variables.problemTypeBase]: config.problemTypeBase ?? `${http}${problemTypesPath}`,
    },
    kaleyra: { origin: kaleyraOrigin, isSimulator: !otherKaleyra },
    secretsManager: toSecretsManagerSettings(secretsManagerOrigin, region, credentialsFrom),
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
      kaleyra: kaleyraOrigin.origin,
      secretsManager: secretsManagerOrigin.origin,
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
