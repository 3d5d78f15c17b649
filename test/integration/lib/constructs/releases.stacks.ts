/** The stack with each way to release, and with every log group. */
import { type App, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from '../../../../lib/constructs/number-verification-stack.ts';

const create = (props: NumberVerificationStackProps) => (app: App) => {
  new NumberVerificationStack(app, 'NumberVerification', { env: { region: 'ap-south-1' }, ...props });
};

const toKeyArn = (digit: number) =>
  `arn:aws:kms:ap-south-1:111122223333:key/${digit}0000000-0000-0000-0000-000000000000`;

export const scenarios = {
  'release by default': create({}),
  'release: canary': create({ releases: 'canary' }),
  'release: linear': create({ releases: 'linear' }),
  'release: all-at-once': create({ releases: 'all-at-once' }),
  'release: none': create({ releases: 'none' }),
  'release with two keys': create({ secretPrefix: 'prod/', secretKeyArn: [toKeyArn(1), toKeyArn(2)] }),
  'every log group': create({
    staticEgress: true,
    createProps: (stack) => ({ logEncryptionKey: Key.fromKeyArn(stack, 'LogKey', toKeyArn(3)) }),
    logRetention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  }),
};
