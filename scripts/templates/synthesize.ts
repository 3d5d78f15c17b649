import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import { alarmsWithoutAction } from '../../lib/constructs/alarm-topic.ts';
import {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from '../../lib/constructs/number-verification-stack.ts';
import { transitionWarnings } from '../../lib/constructs/transition-warnings.ts';

/**
 * An app with the feature flags of `npx cdk deploy`, for templates that are not deployed.
 * @param settings `isValidated`: the CDK checks the templates against CloudFormation's schemas, which takes most of the
 * time of a synthesis
 */
export const createApp = ({ isValidated = false } = {}): App => {
  const app = new App({
    context: { ...cdkSettings.context, '@aws-cdk/core:validateAgainstDefaultRules': isValidated },
  });
  for (const warning of [alarmsWithoutAction, ...Object.values(transitionWarnings)]) {
    Validations.of(app).acknowledge({
      id: `Annotation::${warning}`,
      reason: 'The stack is not deployed.',
    });
  }
  return app;
};

/** The stack of one region, in an app of its own. */
export const createStack = (
  props: NumberVerificationStackProps = {},
  region = 'ap-south-1',
): NumberVerificationStack =>
  new NumberVerificationStack(createApp(), 'NumberVerification', { env: { region }, ...props });

/** Templates by props. The CDK takes about a second to synthesize one. */
const templates = new Map<string, Template>();

export const synthesizeTemplate = (props: NumberVerificationStackProps = {}, region?: string): Template => {
  // Constructs among the props contain cycles.
  const key = props.authorizer ? undefined : JSON.stringify([props, region]);
  const known = key === undefined ? undefined : templates.get(key);
  if (known) return known;
  const template = Template.fromStack(createStack(props, region) as Stack);
  if (key !== undefined) templates.set(key, template);
  return template;
};
