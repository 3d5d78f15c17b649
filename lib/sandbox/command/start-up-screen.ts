/** What the sandbox prints when it is ready. */
import { styleText } from 'node:util';
import { sampleRequest } from '../../reference/sample-request.ts';
import type { RunningSandbox } from '../start-sandbox.ts';
import { brokenTenants } from '../tenants/seed-tenants.ts';
import { sandboxCommand } from './command-name.ts';

/** Formats the text that is printed when the sandbox is ready. */
export const formatStartUpScreen = (sandbox: RunningSandbox): string => {
  const { urls, config, tenantIds } = sandbox;
  const origin = (own: object | undefined) => (own ? '' : ' (not the sandbox’s own)');
  return `${styleText('bold', 'Sandbox ready')}

  HTTP API         ${urls.http}
  Lambda's Invoke  ${urls.invoke}
  Secrets Manager  ${urls.secretsManager}${origin(sandbox.secretsManager)}
  Kaleyra          ${urls.kaleyra}${origin(sandbox.kaleyra)}, pod ${config.pod}
  Tenants          ${tenantIds.join(', ')}; deliberately broken: ${Object.values(brokenTenants).join(', ')}

Verify a number:

  ${formatCurlCommand(sandbox)}

Other outcomes: the last four digits of the phone number select them. ${sandboxCommand} --help lists them.
In the browser: ${urls.http}/
`;
};

/** Formats a command that verifies a number, to paste into a shell. */
export const formatCurlCommand = ({ urls, token }: RunningSandbox): string => {
  const { tenant_id, waba_id, ...body } = sampleRequest;
  return [
    `curl -sS -w '\\n' ${urls.http}/tenants/${tenant_id}/whatsapp/${waba_id}/number/verify`,
    ...(token ? [`-H 'authorization: Bearer ${token}'`] : []),
    "-H 'content-type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' ');
};
