/**
 * The function as Step Functions calls it: the real handler, with credentials and a Kaleyra that follow a script for each
 * attempt, and Lambda's own failures around it. Kaleyra remembers which numbers it has verified.
 */
import { Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { compose } from '../../functions/verify-number/compose.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import { Failure } from '../../functions/verify-number/core/failures.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import {
  type Behaviour,
  type FixedBehaviour,
  sendEnvelope,
  type VerifyCall,
} from '../../lib/sandbox/kaleyra/behaviours.ts';
import { rejectedOtp } from '../../lib/sandbox/kaleyra/outcomes.ts';
import { type KaleyraEnvelope, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { startKaleyraServer } from '../../lib/sandbox/kaleyra/server.ts';
import { lambdaContext } from './events.ts';
import { StateError } from './state-machine.ts';

/** What happens in one attempt. If several fields are set, the state machine sees the last one in this order. */
export interface Turn {
  /** The secret cannot be read. */
  readonly hasNoCredentials?: boolean;
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

export const startScriptedFunction = async (): Promise<ScriptedFunction> => {
  let turns: readonly Turn[] = [];
  let turn: Turn = {};
  const verified = new Set<string>();
  const kaleyra = await startKaleyraServer({
    serve: async (request, exchange) => turn.kaleyra?.(exchange, toCall(await text(request), verified)),
  });
  const config = readConfig({ AWS_REGION: 'ap-south-1', KALEYRA_TIMEOUT_MS: '18000' });
  // Composed again for each attempt, so that each reads the secret and opens a connection.
  const invocation = () =>
    compose(config, {
      // Without a network, so that no deadline passes on a busy machine.
      readSecret: async () => {
        if (turn.hasNoCredentials) throw new Failure('CredentialsUnavailable', 'From the script.');
        return '{"sid":"FAKESID","apiKey":"fake-api-key"}';
      },
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
      const result = next.kaleyra || next.hasNoCredentials ? await invoke(invocation(), Payload) : undefined;
      if (next.error) throw new StateError(next.error, 'From the script.');
      if (result instanceof Error) throw result;
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: result };
    },
    close: () => kaleyra.close(),
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
