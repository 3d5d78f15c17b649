import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from '../../lib/constructs/number-verification-stack.ts';

/**
 * An app with the feature flags of `npx cdk deploy`.
 * @param settings `isValidated`: the CDK checks the templates against CloudFormation's schemas, which takes most of the
 * time of a synthesis
 */
export const newApp = ({ isValidated = false } = {}): App => {
  const app = new App({
    context: { ...cdkSettings.context, '@aws-cdk/core:validateAgainstDefaultRules': isValidated },
  });
  for (const name of ['alarmsWithoutAction', 'releasesNone', 'leaveVpc', 'keepDefaultEndpoint']) {
    Validations.of(app).acknowledge({
      id: `Annotation::kaleyra-number-verification:${name}`,
      reason: 'Tests read warnings with warningsOf.',
    });
  }
  return app;
};

/** The stack of one region, in an app of its own. */
export const numberVerificationStack = (
  props: NumberVerificationStackProps = {},
  region = 'ap-south-1',
): NumberVerificationStack =>
  new NumberVerificationStack(newApp(), 'NumberVerification', { env: { region }, ...props });

export const templateOf = (props: NumberVerificationStackProps = {}, region?: string): Template =>
  Template.fromStack(numberVerificationStack(props, region) as Stack);

/** The warnings that synth prints. */
export const warningsOf = (props: NumberVerificationStackProps): readonly string[] =>
  numberVerificationStack(props)
    .node.findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === 'aws:cdk:warning')
    .map(({ data }) => String(data));

/** The resources of one type. */
export const resourcesOf = (template: Template, type: string) => Object.values(template.findResources(type));

/** The properties of the resources of one type. */
export const propertiesOf = (template: Template, type: string) =>
  resourcesOf(template, type).map(({ Properties }) => Properties);

export type Properties = ReturnType<typeof propertiesOf>[number];
