import { Fn, Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Name of a log group that an AWS service writes to. The prefix keeps the account's resource policy for CloudWatch Logs
 * below its size limit. The end of the stack's id keeps the name unique after a deleted stack left its logs.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 * @param service `states` is Step Functions
 */
export const getVendedLogGroupName = (scope: Construct, service: 'apigateway' | 'states'): string => {
  const stackGuid = Fn.select(2, Fn.split('/', Stack.of(scope).stackId));
  const suffix = Fn.select(4, Fn.split('-', stackGuid));
  return `/aws/vendedlogs/${service}/${Names.uniqueResourceName(scope, { maxLength: 128 })}-${suffix}`;
};
