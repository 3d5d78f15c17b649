import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { Failure } from '../../functions/verify-number/core/failures.ts';
import { apiDomains, podOfRegion, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { isApiKey } from '../../functions/verify-number/tenants/secret.ts';
import { type AwsTarget, findTarget } from './aws-target.ts';
import { helpText, readCommandLine, type ToolCommand } from './command-line.ts';
import { type EndpointOfPod, probeCredentials, realEndpoint } from './probe-credentials.ts';
import { createTenantSecrets, type TenantSecrets } from './tenant-secrets.ts';
import { readAnswer, readSecret, type Terminal } from './terminal.ts';

/**
 * Runs one command of the operators' tool.
 * @param endpointOf for tests: what `check --probe` asks gets an API key
 * @returns the exit status: 0, or 1 after a line on `stderr` that says why
 */
export const runTenantTool = async (
  args: readonly string[],
  terminal: Terminal,
  endpointOf: EndpointOfPod = realEndpoint,
): Promise<0 | 1> => {
  let target: AwsTarget | undefined;
  try {
    const command = readCommandLine(args);
    if (command === 'help') {
      terminal.stdout.write(helpText);
      return 0;
    }
    target = await findTarget(command.region);
    terminal.stderr.write(
      `AWS account ${target.account}, region ${target.region}, endpoint ${target.endpoint}\n`,
    );
    const secrets = createTenantSecrets(target.secretsManager, command.prefix);
    terminal.stdout.write(await run(command, secrets, target, terminal, endpointOf));
    return 0;
  } catch (error) {
    terminal.stderr.write(`${sentenceOf(error, target)}\n`);
    return 1;
  } finally {
    target?.secretsManager.destroy();
  }
};

/** Does what the command says, and tells what came of it. */
const run = async (
  command: ToolCommand,
  secrets: TenantSecrets,
  target: AwsTarget,
  terminal: Terminal,
  endpointOf: EndpointOfPod,
): Promise<string> => {
  switch (command.command) {
    case 'put':
      return put(command, secrets, terminal);
    case 'list': {
      const tenants = await secrets.list();
      if (tenants.length === 0) terminal.stderr.write(`There are no tenants under ${command.prefix}\n`);
      return tenants
        .map(({ tenantId, changedAt }) => `${tenantId}\t${changedAt?.toISOString() ?? ''}\n`)
        .join('');
    }
    case 'check':
      return check(command, secrets, target, endpointOf);
    case 'remove':
      return remove(command, secrets, terminal);
  }
};

type CommandOf<Name> = Extract<ToolCommand, { command: Name }>;

const put = async (
  { prefix, tenantId, sid, kmsKeyId }: CommandOf<'put'>,
  secrets: TenantSecrets,
  terminal: Terminal,
): Promise<string> => {
  const exists = await secrets.exists(tenantId);
  if (exists && kmsKeyId !== undefined) {
    throw new Error(
      `${prefix}${tenantId} exists, and --kms-key-id is for new ones. Change its key first: ` +
        `aws secretsmanager update-secret --secret-id ${prefix}${tenantId} --kms-key-id …`,
    );
  }
  const apiKey = await readSecret(terminal, `API key of ${tenantId}, which is not shown: `);
  if (!isApiKey(apiKey)) {
    throw new Error(
      apiKey === ''
        ? 'No API key was given. Nothing was changed.'
        : 'That is no API key: it must be printable ASCII without spaces, in one line. Nothing was changed.',
    );
  }
  if (!exists) {
    await secrets.create(tenantId, { sid, apiKey }, kmsKeyId);
    return `Created ${prefix}${tenantId}.\n`;
  }
  await secrets.update(tenantId, { sid, apiKey });
  return `Updated ${prefix}${tenantId}. Keep the former key active until functions have read the new one.\n`;
};

const check = async (
  { prefix, tenantId, probe, pod: givenPod }: CommandOf<'check'>,
  secrets: TenantSecrets,
  { region }: AwsTarget,
  endpointOf: EndpointOfPod,
): Promise<string> => {
  const pod = givenPod ?? podOfRegion(region);
  if (probe && !pod) {
    throw new Error(`Region ${region} has no obvious pod: name the account's, --pod ${pods.join('|')}.`);
  }
  const credentials = await secrets.read(tenantId);
  const form = `${prefix}${tenantId} has the right form: SID ${credentials.sid}, an API key of ${credentials.apiKey.length} characters.\n`;
  if (!probe || !pod) return form;

  const { verdict, says } = await probeCredentials(credentials, endpointOf(pod));
  const kaleyra = `Kaleyra's pod ${pod} (${apiDomains[pod]})`;
  switch (verdict) {
    case 'accepted':
      return `${form}${kaleyra} takes SID and key. To a request that can verify nothing it said: ${says}\n`;
    case 'rejected':
      throw new Error(
        `${kaleyra} rejects SID or key (${says}). It says so too of a key that is limited to other addresses than ` +
          'this one, and of an account that lives on another pod.',
      );
    case 'unclear':
      throw new Error(`${kaleyra} did not say whether it takes SID and key: ${says}`);
  }
};

const remove = async (
  { prefix, tenantId, yes, force }: CommandOf<'remove'>,
  secrets: TenantSecrets,
  terminal: Terminal,
): Promise<string> => {
  const name = prefix + tenantId;
  if (!(await secrets.exists(tenantId))) throw new Error(`There is no secret ${name}.`);
  if (!yes) {
    if (!terminal.stdin.isTTY)
      throw new Error('There is no terminal to ask at: say --yes to delete unasked.');
    const how = force ? 'for good' : 'with 30 days to restore it';
    const answer = await readAnswer(terminal, `Type ${tenantId} to delete ${name} ${how}: `);
    if (answer.trim() !== tenantId) throw new Error('That was something else. Nothing was changed.');
  }
  const restorableUntil = await secrets.remove(tenantId, force);
  return restorableUntil
    ? `Deleted ${name}. Until ${restorableUntil.toISOString()}: aws secretsmanager restore-secret --secret-id ${name}\n`
    : `Deleted ${name} for good.\n`;
};

/** One line. What AWS says holds no secret: requests and answers are left out. */
const sentenceOf = (error: unknown, target: AwsTarget | undefined): string => {
  const { name, message, code, $metadata } = error as Error & { code?: unknown; $metadata?: object };
  const says = message.replace(/\s+/g, ' ');
  if (error instanceof Failure) return says;
  if (error instanceof ResourceNotFoundException) return `There is no such secret here: ${says}`;
  // Node's own errors, of sockets, names and certificates, have a code.
  if (name === 'TimeoutError' || typeof code === 'string') {
    return `Secrets Manager cannot be reached at ${target?.endpoint} (${code ?? name}).`;
  }
  return $metadata ? `${name}: ${says}` : says;
};
