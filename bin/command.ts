/** `npx kaleyra-number-verification`: the sandbox, the tenant tool and the smoke test, from the installed package. */
const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  sandbox: () => import('./sandbox.ts'),
  tenant: () => import('./tenant.ts'),
  smoke: () => import('./smoke.ts'),
};

const [name = ''] = process.argv.splice(2, 1);
if (Object.hasOwn(commands, name)) {
  await commands[name]?.();
} else {
  const isHelp = ['--help', '-h', 'help'].includes(name);
  console[isHelp ? 'log' : 'error'](`Usage: npx kaleyra-number-verification <command> [options]

Commands
  sandbox   Start the function on loopback, against a simulated Kaleyra.
  tenant    Manage the tenants' secrets in AWS Secrets Manager.
  smoke     Call a deployed API once and report whether it works.

Add --help to a command to see its options.`);
  process.exitCode = isHelp ? 0 : 1;
}
