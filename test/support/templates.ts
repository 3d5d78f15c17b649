import type { Template } from 'aws-cdk-lib/assertions';
import type { NumberVerificationStackProps } from '../../lib/constructs/number-verification-stack.ts';
import { createStack } from '../../scripts/templates/synthesize.ts';

/** The warnings that synth prints. */
export const getWarnings = (props: NumberVerificationStackProps): readonly string[] =>
  createStack(props)
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
