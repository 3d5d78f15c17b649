/** Stacks with options that are meant for a short time, and without them. */
import type { App } from 'aws-cdk-lib';
import {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from '../../../../lib/constructs/number-verification-stack.ts';
import { tokensAndExistingVpc } from '../../../support/option-sets.ts';

const { alarmTopicArn, ...onDomain } = tokensAndExistingVpc;

const create = (props: NumberVerificationStackProps) => (app: App) => {
  new NumberVerificationStack(app, 'NumberVerification', {
    env: { region: 'ap-south-1' },
    alarmEmail: 'operators@example.com',
    ...props,
  });
};

export const scenarios = {
  'without transition': create({}),
  'static egress': create({ staticEgress: true }),
  'on a domain': create(onDomain),
  'releases=none': create({ releases: 'none' }),
  leaveVpc: create({ staticEgress: true, leaveVpc: true }),
  keepDefaultEndpoint: create({ ...onDomain, keepDefaultEndpoint: true }),
};
