import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from '../../lib/constructs/number-verification-stack.ts';

/** An app as `bin/app.ts` makes it, whose functions are not bundled. */
const unbundledApp = (): App => new App({ context: { ...recommendedFlags, 'aws:cdk:bundling-stacks': [] } });

/** The stack of one region, in an app of its own. */
export const numberVerificationStack = (
  props: NumberVerificationStackProps = {},
  region = 'ap-south-1',
): NumberVerificationStack =>
  new NumberVerificationStack(unbundledApp(), 'NumberVerification', { env: { region }, ...props });

export const templateOf = (props: NumberVerificationStackProps = {}, region?: string): Template =>
  Template.fromStack(numberVerificationStack(props, region) as Stack);

/** The resources of one type. */
export const resourcesOf = (template: Template, type: string) => Object.values(template.findResources(type));

/** The properties of the resources of one type. */
export const propertiesOf = (template: Template, type: string) =>
  resourcesOf(template, type).map(({ Properties }) => Properties);

export type Properties = ReturnType<typeof propertiesOf>[number];
