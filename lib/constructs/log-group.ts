import { Fn, Names, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Options, removalPolicyOf } from '../options/parse-options.ts';

/** Creates a log group that follows the options `logRetentionDays`, `removalPolicy` and `logKeyArn`. */
export const createLogGroup = (
  scope: Construct,
  id: string,
  options: Options,
  logGroupName?: string,
): LogGroup =>
  new LogGroup(scope, id, {
    ...(logGroupName && { logGroupName }),
    retention: options.logRetentionDays,
    removalPolicy: removalPolicyOf(options),
    ...(options.logKeyArn && { encryptionKey: Key.fromKeyArn(scope, `${id}Key`, options.logKeyArn) }),
  });

/**
 * Name of a log group that an AWS service writes to. The prefix keeps the account's resource policy for CloudWatch Logs
 * below its size limit; the end of the stack's id keeps the name unique after a deleted stack retained its logs.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 * @param service such as `apigateway`
 */
export const vendedLogsName = (scope: Construct, service: string): string => {
  const stackGuid = Fn.select(2, Fn.split('/', Stack.of(scope).stackId));
  const suffix = Fn.select(4, Fn.split('-', stackGuid));
  return `/aws/vendedlogs/${service}/${Names.uniqueResourceName(scope, { maxLength: 128 })}-${suffix}`;
};
