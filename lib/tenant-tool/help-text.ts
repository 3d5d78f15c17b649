import { pods } from '../../functions/verify-number/kaleyra/pods.ts';

export const helpText = `Usage: npm run tenant -- <command> [options]

Manages tenants' secrets: their Kaleyra SIDs and API keys in AWS Secrets Manager.

Commands
  put <tenant_id> --sid <SID>  Write a tenant's secret. Asks for the API key and does not show it, or reads it from
                               stdin: put acme --sid HXAP16XXXXXX97IN < key.txt
      --replace                Overwrite an existing secret without confirmation. Required if stdin is not a terminal.
      --kms-key-id <id>        The customer-managed KMS key of a new secret.
  import <file>                Write the secrets of many tenants from a file that only you can read (chmod 600): CSV
                               with the header tenant_id,sid,apiKey, or one JSON object with these fields per line.
                               Skips secrets that are up to date, so you can run it again after an interruption.
      --replace                Overwrite existing secrets that differ. Without it they are reported and not changed.
      --kms-key-id <id>        The customer-managed KMS key of new secrets.
  list                         List the tenants.
      --json                   Print a JSON array.
  check <tenant_id>            Check that a tenant's secret has the documented format.
  check --all                  Check every tenant's secret.
      --probe                  Also ask Kaleyra whether it accepts SID and key. The request cannot verify a number.
                               With the sandbox, asks the sandbox's Kaleyra.
      --pod <${pods.join('|')}>      The account's pod, if it is not the region's.
  remove <tenant_id>           Delete a tenant's secret. It can be restored for 30 days.
      --yes                    Delete without confirmation. Required if stdin is not a terminal.
      --force                  Delete it permanently, with no time to restore it.

Options
  --prefix <prefix>            Prefix of a secret's name, followed by the tenant id (kaleyra/).
  --region <region>            The AWS region, if it is not the configured one. Several: repeat it or use commas.
  --help                       Print this help.

Credentials, region and endpoint are configured as for the AWS CLI: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL,
AWS_ENDPOINT_URL_SECRETS_MANAGER and so on. For the sandbox:
  AWS_ENDPOINT_URL=http://127.0.0.1:3002 AWS_REGION=ap-south-1 AWS_ACCESS_KEY_ID=fake AWS_SECRET_ACCESS_KEY=fake
`;
