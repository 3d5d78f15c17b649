/** `npm start`: the function on loopback, with no AWS account and no Kaleyra. */
import { callLine, rejectionLine } from '../lib/sandbox/call-line.ts';
import { startSandbox } from '../lib/sandbox/sandbox.ts';
import { helpText, readOptions } from '../lib/sandbox/sandbox-options.ts';
import { curlLine, startUpScreen } from '../lib/sandbox/start-up-screen.ts';
import { watchFunction } from '../lib/sandbox/watch-function.ts';

// At once, whatever is under way: nothing here is worth waiting for.
process.once('SIGINT', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));

const run = async (): Promise<void> => {
  const { help, json, watch, tenants, ports } = readOptions(process.argv.slice(2), process.env);
  if (help) {
    console.log(helpText());
    return;
  }
  const print = (text: () => string, fields: object): void =>
    console.log(json ? JSON.stringify({ time: new Date(), ...fields }) : text());

  const sandbox = await startSandbox({
    environment: process.env,
    ports,
    tenants,
    record: (record) => print(() => callLine(record), record),
    onRejected: (rejected) => print(() => rejectionLine(rejected), rejected),
  });
  print(() => startUpScreen(sandbox), {
    message: 'Sandbox ready',
    ...sandbox.urls,
    pod: sandbox.config.pod,
    tenants: sandbox.tenantIds,
    curl: curlLine(sandbox),
  });

  if (watch) {
    watchFunction(sandbox.use, (failure) => {
      const message = failure ? `Not reloaded: ${failure}` : 'Function reloaded';
      print(() => message, { message });
    });
  }
};

run().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
