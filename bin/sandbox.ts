/** `npm start`: the function on loopback, without an AWS account and without Kaleyra. */
import { createEmitEvent, writeToStdout } from '../functions/verify-number/telemetry/emit.ts';
import { formatSimulation, runControlCommand } from '../lib/sandbox/command/control-command.ts';
import { formatCall, formatRejection } from '../lib/sandbox/command/format-call.ts';
import { formatHelp, readOptions } from '../lib/sandbox/command/options.ts';
import { formatCurlCommand, formatStartUpScreen } from '../lib/sandbox/command/start-up-screen.ts';
import { functionName } from '../lib/sandbox/gateway/lambda-context.ts';
import { startSandbox } from '../lib/sandbox/start-sandbox.ts';
import { watchFunction } from '../lib/sandbox/watch-function.ts';

// Immediately, without waiting for calls that are running.
process.once('SIGINT', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));

const run = async (): Promise<void> => {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'control') return console.log(await runControlCommand(args, process.env));
  const { help, json, watch, tenants, ports } = readOptions(process.argv.slice(2), process.env);
  if (help) return console.log(formatHelp());

  const print = (text: string, fields: object): void => console.log(json ? JSON.stringify(fields) : text);
  const sandbox = await startSandbox({
    environment: process.env,
    ports,
    tenants,
    emit: json ? createEmitEvent(functionName, writeToStdout) : (event) => console.log(formatCall(event)),
    onRejected: (rejected) => print(formatRejection(rejected), rejected),
    onControlChange: (state) => print(formatSimulation(state), { message: 'Controls changed', ...state }),
  });
  print(formatStartUpScreen(sandbox), {
    message: 'Sandbox ready',
    ...sandbox.urls,
    pod: sandbox.config.pod,
    tenants: sandbox.tenantIds,
    curl: formatCurlCommand(sandbox),
  });

  if (watch) watchFunction(sandbox.use, (message) => print(message, { message }));
};

run().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
