import { styleText } from 'node:util';
import { unsignedToken } from './jwt-claims.ts';
import { brokenTenants } from './sample-tenants.ts';
import type { Sandbox } from './sandbox.ts';

/** What is said once everything listens. */
export const startUpScreen = (sandbox: Sandbox): string => {
  const { urls, config, tenantIds } = sandbox;
  const theirs = (own: object | undefined) => (own ? '' : ' (not the sandbox’s own)');
  return `${styleText('bold', 'Sandbox ready')}

  HTTP API         ${urls.http}
  Lambda's Invoke  ${urls.invoke}
  Secrets Manager  ${urls.secretsManager}${theirs(sandbox.secretsManager)}
  Kaleyra          ${urls.kaleyra}${theirs(sandbox.kaleyra)}, pod ${config.pod}
  Tenants          ${tenantIds.join(', ')}; broken on purpose: ${Object.values(brokenTenants).join(', ')}

Verify a number:

  ${curlLine(sandbox)}

Other outcomes: the last four digits of the phone number choose; npm start -- --help lists them.
`;
};

/** A call that verifies a number, to be pasted into a shell. */
export const curlLine = ({ urls, config }: Sandbox): string => {
  const body = { id: '678997654123456', phone_number: '+919765412345', otp: '671242' };
  const token = config.tenantClaim && unsignedToken(config.tenantClaim, 'acme');
  return [
    `curl -sS -w '\\n' ${urls.http}/tenants/acme/whatsapp/109012345678901/number/verify`,
    ...(token ? [`-H 'authorization: Bearer ${token}'`] : []),
    "-H 'content-type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' ');
};
