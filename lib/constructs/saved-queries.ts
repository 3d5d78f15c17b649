import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import { getNamePrefix } from './name-prefix.ts';

/** Lines that the function writes itself, without the release check's. */
const requests = `filter ispresent(outcome) and tenant_id != "${releaseCheckTenantId}"`;

/**
 * Queries of the function's log for CloudWatch Logs Insights, by name. Replace the values in capitals.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const savedQueries = {
  'One request by id': `fields @timestamp, outcome, reason, tenant_id, phone_number, kaleyra_code, kaleyra_http_status, total_ms, @message
| filter request_id = "REQUEST_ID"`,
  'Outcomes of one tenant': `filter tenant_id = "TENANT_ID"
| stats count(*) as requests, max(@timestamp) as last by outcome, reason, kaleyra_code
| sort requests desc`,
  'Slowest requests': `fields @timestamp, request_id, tenant_id, outcome, total_ms, kaleyra_ms, secrets_manager_ms, attempts_ms, cold_start
| ${requests}
| sort total_ms desc
| limit 50`,
  'Failures by reason': `${requests} and outcome != "Verified"
| stats count(*) as requests, count_distinct(tenant_id) as tenants, max(@timestamp) as last by outcome, reason, kaleyra_code
| sort requests desc`,
  'Failures by version': `${requests}
| stats count(*) as requests by function_version, outcome
| sort function_version desc, requests desc`,
} as const;

/** The saved queries in the account, in a folder of their own. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, logGroup: ILogGroup) {
    super(scope, id);
    for (const [name, queryString] of Object.entries(savedQueries)) {
      new CfnQueryDefinition(this, name.replaceAll(' ', ''), {
        name: `${getNamePrefix(scope)}/${name}`,
        queryString,
        logGroupNames: [logGroup.logGroupName],
      });
    }
  }
}
