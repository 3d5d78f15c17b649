import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { getNamePrefix } from './name-prefix.ts';

/** The name of a log field, which the compiler checks. */
const field = (name: keyof RequestEvent): string => name;

const listFields = (...fields: readonly (keyof RequestEvent)[]): string => fields.join(', ');

/** Lines that the function writes itself, without the release check's. */
const requests = `filter ispresent(${field('outcome')}) and coalesce(${field('tenant_id')}, "") != "${releaseCheckTenantId}"`;

/**
 * Queries of the function's log for CloudWatch Logs Insights, by name. Replace the values in capitals.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const queries = {
  'One request by id': [
    `fields @timestamp, ${listFields('outcome', 'reason', 'tenant_id', 'phone_number', 'kaleyra_code', 'kaleyra_http_status', 'total_ms')}, @message`,
    `filter ${field('request_id')} = "REQUEST_ID"`,
  ],
  'Outcomes of one tenant': [
    `filter ${field('tenant_id')} = "TENANT_ID"`,
    `stats count(*) as requests, latest(@timestamp) as last by ${listFields('outcome', 'reason', 'kaleyra_code')}`,
    'sort requests desc',
  ],
  'Slowest requests': [
    `fields @timestamp, ${listFields('request_id', 'tenant_id', 'outcome', 'total_ms', 'kaleyra_ms', 'secrets_manager_ms', 'attempts_ms', 'cold_start')}`,
    requests,
    `sort ${field('total_ms')} desc`,
    'limit 50',
  ],
  'Failures by reason': [
    `${requests} and ${field('outcome')} != "Verified"`,
    `stats count(*) as requests, count_distinct(${field('tenant_id')}) as tenants, latest(@timestamp) as last by ${listFields('outcome', 'reason', 'kaleyra_code', 'kaleyra_http_status')}`,
    'sort requests desc',
  ],
  'Failures by tenant': [
    `${requests} and ${field('outcome')} != "Verified"`,
    `stats count(*) as requests, latest(@timestamp) as last by ${listFields('tenant_id', 'outcome', 'reason')}`,
    'sort requests desc',
    'limit 100',
  ],
  'Failures by version': [
    requests,
    `stats count(*) as requests by ${listFields('function_version', 'outcome')}`,
    `sort ${field('function_version')} desc, requests desc`,
  ],
} as const;

/** The saved queries in the account, in a folder of their own. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, logGroup: ILogGroup) {
    super(scope, id);
    for (const [name, steps] of Object.entries(queries)) {
      new CfnQueryDefinition(this, name.replaceAll(' ', ''), {
        name: `${getNamePrefix(scope)}/${name}`,
        queryString: steps.join('\n| '),
        logGroupNames: [logGroup.logGroupName],
      });
    }
  }
}
