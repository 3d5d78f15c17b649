/**
 * The function as Step Functions meets it: the real handler, over sockets to a Secrets Manager and a Kaleyra that
 * answer each attempt as a script says, and Lambda's own failures around it.
 */
import { Agent, createServer } from 'node:http';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { compose } from '../../functions/verify-number/compose.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import type { Answer } from '../../lib/sandbox/kaleyra/behaviours.ts';
import { listenOnLoopback } from '../../lib/sandbox/loopback-server.ts';
import { type Fault, startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { lambdaContext } from './events.ts';
import { StateError } from './state-machine.ts';

/** What one attempt meets. With several fields, the last one in this order is what the state machine sees. */
export interface Turn {
  readonly secretsManager?: Fault;
  /** Absent: Kaleyra is not asked. */
  readonly kaleyra?: Answer;
  /** Lambda fails with this error: once the function has run, where Kaleyra has an answer, or else instead of it. */
  readonly lambda?: string;
}

export interface ScriptedFunction {
  /** Says what the next attempts meet. */
  script(turns: readonly Turn[]): void;
  /** Turns that no attempt has met. */
  left(): number;
  /** `arn:aws:states:::lambda:invoke`, as a `Service`. */
  invoke(parameters: { readonly Payload: unknown }): Promise<unknown>;
  close(): Promise<void>;
}

export const startScriptedFunction = async (tenantId: string): Promise<ScriptedFunction> => {
  let turns: readonly Turn[] = [];
  let turn: Turn = {};
  const kaleyra = await listenOnLoopback(
    createServer((request, response) => {
      request.resume().once('end', () => turn.kaleyra?.(response));
    }),
    0,
    'none',
  );
  const secretsManager = await startSecretsManager({
    secrets: { [`kaleyra/${tenantId}`]: '{"sid":"FAKESID","apiKey":"fake-api-key"}' },
    fault: () => turn.secretsManager,
  });
  const client = new SecretsManagerClient({
    region: 'ap-south-1',
    endpoint: `http://127.0.0.1:${secretsManager.port}`,
    credentials: { accessKeyId: 'FAKE', secretAccessKey: 'fake' },
    maxAttempts: 1,
  });
  const config = readConfig({ AWS_REGION: 'ap-south-1', KALEYRA_TIMEOUT_MS: '5000' });
  // Composed again for each attempt, so that each reads the secret and opens a connection.
  const invocation = () =>
    compose(config, {
      readSecret: createReadSecret(client, config.secretPrefix),
      exchange: createExchange({
        protocol: 'http:',
        hostname: '127.0.0.1',
        port: kaleyra.port,
        agent: new Agent(),
      }),
      emit: () => {},
    });

  return {
    script: (next) => {
      turns = next;
    },
    left: () => turns.length,
    invoke: async ({ Payload }) => {
      const [next, ...later] = turns;
      if (!next) throw new Error('The script has no more turns.');
      turn = next;
      turns = later;
      const answer = next.kaleyra || next.secretsManager ? await answerOf(invocation(), Payload) : undefined;
      if (next.lambda) throw new StateError(next.lambda, 'Lambda failed.');
      if (answer instanceof Error) throw answer;
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: answer };
    },
    close: async () => {
      client.destroy();
      await Promise.all([kaleyra.close(), secretsManager.close()]);
    },
  };
};

/** An error that the function throws reaches Step Functions by its name, with the rest as JSON in its cause. */
const answerOf = (handler: ReturnType<typeof compose>, payload: unknown): Promise<unknown> =>
  handler(structuredClone(payload), lambdaContext()).catch((error: Error) => {
    const { name: errorType, message: errorMessage } = error;
    return new StateError(errorType, JSON.stringify({ errorType, errorMessage, trace: [] }));
  });
