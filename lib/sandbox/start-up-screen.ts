import { styleText } from 'node:util';
import { sampleRequest } from './sample-request.ts';
import { brokenTenants } from './seed-tenants.ts';
import type { Sandbox } from './start-sandbox.ts';

/** What is printed once everything listens. */
export const startUpScreen = (sandbox: Sandbox): string => {
  const { urls, config, tenantIds } = sandbox;
  const theirs = (own: object | undefined) => (own ? '' : ' (another one)');
  return `${styleText('bold', 'Sandbox ready')}

  HTTP API         ${urls.http}
  Lambda's Invoke  ${urls.invoke}
  Secrets Manager  ${urls.secretsManager}${theirs(sandbox.secretsManager)}
  Kaleyra          ${urls.kaleyra}${theirs(sandbox.kaleyra)}, pod ${config.pod}
  Tenants          ${tenantIds.join(', ')}; broken on purpose: ${Object.values(brokenTenants).join(', ')}

Verify a number:

  ${curlLine(sandbox)}

Other outcomes: the last four digits of the phone number decide; npm start -- --help lists them.
In the browser: ${urls.http}/ lets you try them all.
`;
};

/** A call that verifies a number, to be pasted into a shell. */
export const curlLine = ({ urls, token }: Sandbox): string => {
  const { tenant_id, waba_id, ...body } = sampleRequest;
  return [
    `curl -sS -w '\\n' ${urls.http}/tenants/${tenant_id}/whatsapp/${waba_id}/number/verify`,
    ...(token ? [`-H 'authorization: Bearer ${token}'`] : []),
    "-H 'content-type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' ');
};
