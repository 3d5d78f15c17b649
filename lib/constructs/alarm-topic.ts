import { Annotations, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Options } from '../options/parse-options.ts';

/** Id of the warning that alarms notify no one. */
export const alarmsWithoutAction = 'kaleyra-number-verification:alarmsWithoutAction';

/** Finds or creates the topic that the options name. Without one, warns at synth that alarms notify no one. */
export const createAlarmTopic = (
  scope: Construct,
  { alarmTopicArn, alarmEmail }: Pick<Options, 'alarmTopicArn' | 'alarmEmail'>,
): ITopic | undefined => {
  if (alarmTopicArn) return Topic.fromTopicArn(scope, 'Topic', alarmTopicArn);
  if (alarmEmail) return createEmailTopic(scope, alarmEmail);
  Annotations.of(scope).addWarningV2(
    alarmsWithoutAction,
    'The alarms notify no one. Set alarmTopicArn or alarmEmail.',
  );
  return undefined;
};

const createEmailTopic = (scope: Construct, alarmEmail: string): ITopic => {
  const topic = new Topic(scope, 'Topic', { displayName: 'Kaleyra number verification', enforceSSL: true });
  topic.addSubscription(new EmailSubscription(alarmEmail));
  // This policy replaces the default one, which lets the account's own alarms publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
};
