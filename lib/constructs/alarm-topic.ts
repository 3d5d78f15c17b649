import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Id of the warning that alarms notify no one. */
export const alarmsWithoutAction = 'kaleyra-number-verification:alarmsWithoutAction';

/** Creates a topic that sends alarms to an e-mail address. Its owner has to confirm the subscription. */
export const createEmailTopic = (scope: Construct, email: string): ITopic => {
  const topic = new Topic(scope, 'Topic', { displayName: 'Kaleyra number verification', enforceSSL: true });
  topic.addSubscription(new EmailSubscription(email));
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
