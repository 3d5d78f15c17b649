/** `npx kaleyra-number-verification`: the sandbox, the tenant tool and the smoke test, from the installed package. */
import { checkNodeVersion } from '../lib/local/node-version.ts';

const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  sandbox: () => import('./sandbox.ts'),
  tenant: () => import('./tenant.ts'),
  smoke: () => import('./smoke.ts'),
};

const usage = `Usage: npx kaleyra-number-verification <command> [options]

Commands
  sandbox   Start the function on loopback, against a simulated Kaleyra.
  tenant    Manage the tenants' secrets in AWS Secrets Manager.
  smoke     Call a deployed API once and report whether it works.

Add --help to a command to see its options.`;

const run = async (): Promise<void> => {
  const [name = ''] = process.argv.splice(2, 1);
  if (['--help', '-h', 'help'].includes(name)) return console.log(usage);
  if (!Object.hasOwn(commands, name)) throw new Error(usage);
  checkNodeVersion();
  if (name === 'sandbox' && process.argv.includes('--watch')) {
    throw new Error("--watch reloads the function's sources. It works only in a checkout of the repository.");
  }
  await commands[name]?.();
};

run().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
