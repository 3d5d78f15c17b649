import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from './number-verification-props.ts';

/** What all log groups have in common. */
export interface LogSettings {
  readonly retention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: IKey;
}

/** Settings for log groups. Lets CloudWatch Logs use the key. */
export const createLogSettings = (scope: Construct, settings: Settings): LogSettings => {
  const { logRetention, removalPolicy, logEncryptionKey } = settings;
  if (logEncryptionKey) allowLogEncryption(scope, logEncryptionKey);
  return {
    retention: logRetention,
    removalPolicy,
    ...(logEncryptionKey && { encryptionKey: logEncryptionKey }),
  };
};

/**
 * Lets CloudWatch Logs use a key in the stack's region. This has no effect on an imported key.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export const allowLogEncryption = (scope: Construct, key: IKey): void => {
  const { region, account, partition } = Stack.of(scope);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
};
