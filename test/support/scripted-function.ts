/**
 * The function as Step Functions calls it: the real handler, with a Secrets Manager and a Kaleyra that follow a script
 * for each attempt, and Lambda's own failures around it. Kaleyra remembers which numbers it has verified.
 */
import { Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { compose } from '../../functions/verify-number/compose.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import {
  type Behaviour,
  type FixedBehaviour,
  sendEnvelope,
  type VerifyCall,
} from '../../lib/sandbox/kaleyra/behaviours.ts';
import { rejectedOtp } from '../../lib/sandbox/kaleyra/outcomes.ts';
import { type KaleyraEnvelope, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { startKaleyraServer } from '../../lib/sandbox/kaleyra/server.ts';
import { type Fault, startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { lambdaContext } from './events.ts';
import { StateError } from './state-machine.ts';

/** What happens in one attempt. If several fields are set, the state machine sees the last one in this order. */
export interface Turn {
  readonly secretsManager?: Fault;
  /** Absent: Kaleyra is not called. */
  readonly kaleyra?: Behaviour;
  /** Step Functions gets this error: after the function has run if `kaleyra` is set, otherwise instead of the function. */
  readonly error?: string;
}

/** Kaleyra verifies the number, unless the password is wrong or the number is verified already. */
export const kaleyraWorks: Turn = {
  kaleyra: (exchange, call) => sendEnvelope(call.checkPassword())(exchange),
};

/** Kaleyra verifies the number and then does something else instead of saying so. */
export const kaleyraVerifiesBut = (then: FixedBehaviour): Turn => ({
  kaleyra: (exchange, call) => {
    call.checkPassword();
    then(exchange);
  },
});

export interface ScriptedFunction {
  /** Sets what happens in the next attempts. Kaleyra forgets every number. */
  script(turns: readonly Turn[]): void;
  /** The number of turns that are left. */
  left(): number;
  /** `arn:aws:states:::lambda:invoke`, as a `Service`. */
  invoke(parameters: { readonly Payload: unknown }): Promise<unknown>;
  close(): Promise<void>;
}

export const startScriptedFunction = async (tenantId: string): Promise<ScriptedFunction> => {
  let turns: readonly Turn[] = [];
  let turn: Turn = {};
  const verified = new Set<string>();
  const kaleyra = await startKaleyraServer({
    serve: async (request, exchange) => turn.kaleyra?.(exchange, toCall(await text(request), verified)),
  });
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
      verified.clear();
    },
    left: () => turns.length,
    invoke: async ({ Payload }) => {
      const [next, ...later] = turns;
      if (!next) throw new Error('The script has no more turns.');
      turn = next;
      turns = later;
      const result = next.kaleyra || next.secretsManager ? await invoke(invocation(), Payload) : undefined;
      if (next.error) throw new StateError(next.error, 'From the script.');
      if (result instanceof Error) throw result;
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: result };
    },
    close: async () => {
      client.destroy();
      await Promise.all([kaleyra.close(), secretsManager.close()]);
    },
  };
};

/** Returns the function's result, or its error as Step Functions receives it: with its name, and JSON as its cause. */
const invoke = (handler: ReturnType<typeof compose>, payload: unknown): Promise<unknown> =>
  handler(structuredClone(payload), lambdaContext()).catch((error: Error) => {
    const { name: errorType, message: errorMessage } = error;
    return new StateError(errorType, JSON.stringify({ errorType, errorMessage, trace: [] }));
  });

const toCall = (payload: string, verified: Set<string>): VerifyCall => {
  const { id, phone_number, otp } = JSON.parse(payload);
  const checkPassword = (): KaleyraEnvelope => {
    if (verified.has(phone_number)) return pageSamples.alreadyApproved;
    if (otp === rejectedOtp) return pageSamples.otpRejected;
    verified.add(phone_number);
    return pageSamples.success;
  };
  const idForm = typeof id === 'string' ? 'string' : 'number';
  return { id: String(id), idForm, phoneNumber: phone_number, otp, checkPassword };
};
