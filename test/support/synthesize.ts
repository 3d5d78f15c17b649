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
      reason: 'Tests read warnings with getWarnings.',
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

/** Templates by props. The CDK takes about a second to synthesize one. */
const templates = new Map<string, Template>();

export const synthesizeTemplate = (props: NumberVerificationStackProps = {}, region?: string): Template => {
  // Constructs among the props contain cycles.
  const key = props.authorizer ? undefined : JSON.stringify([props, region]);
  const known = key === undefined ? undefined : templates.get(key);
  if (known) return known;
  const template = Template.fromStack(numberVerificationStack(props, region) as Stack);
  if (key !== undefined) templates.set(key, template);
  return template;
};

/** The warnings that synth prints. */
export const getWarnings = (props: NumberVerificationStackProps): readonly string[] =>
  numberVerificationStack(props)
    .node.findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === 'aws:cdk:warning')
    .map(({ data }) => String(data));

/** The resources of one type. */
export const getResources = (template: Template, type: string) => Object.values(template.findResources(type));

/** The properties of the resources of one type. */
export const getProperties = (template: Template, type: string) =>
  getResources(template, type).map(({ Properties }) => Properties);

export type Properties = ReturnType<typeof getProperties>[number];
