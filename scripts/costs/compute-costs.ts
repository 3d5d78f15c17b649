import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { NumberVerificationStackProps } from '../../lib/constructs/number-verification-stack.ts';
import { PasswordWorkflowStack } from '../../lib/step-functions/password-workflow-stack.ts';
import { type OptionName, optionExamples } from '../options/option-examples.ts';
import { createStack, synthesizeTemplate } from '../templates/synthesize.ts';
import { regions, tenants } from './assumptions.ts';
import { addQuantities, getCost, multiplyQuantities, type Quantities } from './prices.ts';
import { getTemplateUsage, type TemplateJson, type Usage } from './template-usage.ts';

/** US dollars. */
interface Cost {
  /** For all regions. */
  readonly monthly: number;
  readonly perThousand: number;
}

export interface OptionCost {
  readonly option: OptionName | 'passwordWorkflow';
  /** The example's options in the form of `-c`. */
  readonly example: string;
  /** In addition to a stack without the option. */
  readonly added: Cost;
}

export interface Costs {
  /** The default stack with the tenants' secrets, in all regions. */
  readonly base: Cost;
  /** Quantities of the default stack in a month and for 1,000 verifications. */
  readonly monthly: Quantities;
  readonly perThousand: Quantities;
  readonly options: readonly OptionCost[];
}

/** Synthesizes the default stack and one stack for each option, and adds up what they use. */
export const computeCosts = (): Costs => {
  const tenantSecrets = { monthly: { secret: tenants } };
  const base = sumRegions(addUsage(getStackUsage({}), tenantSecrets));
  const examples = Object.entries(optionExamples).map(([option, { off, on, outside = {} }]) => {
    const without = getStackUsage(off);
    const usage = addUsage(getStackUsage(on), outside);
    const added = subtractCost(toCost(sumRegions(usage)), toCost(sumRegions(without)));
    return { option: option as OptionName, example: formatProps(on, off), added };
  });
  const workflow: OptionCost = {
    option: 'passwordWorkflow',
    example: 'passwordWorkflow=true',
    added: toCost(sumRegions(getWorkflowUsage())),
  };
  return {
    base: toCost(base),
    monthly: base.monthly,
    perThousand: multiplyQuantities(base.perVerification, 1000),
    options: [...examples, workflow],
  };
};

const getStackUsage = (props: NumberVerificationStackProps): Usage =>
  getTemplateUsage(synthesizeTemplate(props).toJSON() as TemplateJson);

const getWorkflowUsage = (): Usage => {
  const { verifyNumber, node } = createStack();
  const workflow = new PasswordWorkflowStack(node.root, 'Workflow', {
    env: { region: 'ap-south-1' },
    verifyNumber,
  });
  return getTemplateUsage(Template.fromStack(workflow as Stack).toJSON() as TemplateJson);
};

const addUsage = ({ monthly, perVerification }: Usage, more: Partial<Usage>): Usage => ({
  monthly: addQuantities(monthly, more.monthly ?? {}),
  perVerification: addQuantities(perVerification, more.perVerification ?? {}),
});

/** A verification runs in one region. */
const sumRegions = ({ monthly, perVerification }: Usage): Usage => ({
  monthly: multiplyQuantities(monthly, regions),
  perVerification,
});

const toCost = ({ monthly, perVerification }: Usage): Cost => ({
  monthly: getCost(monthly),
  perThousand: 1000 * getCost(perVerification),
});

const subtractCost = (one: Cost, other: Cost): Cost => ({
  monthly: one.monthly - other.monthly,
  perThousand: one.perThousand - other.perThousand,
});

const formatProps = (on: NumberVerificationStackProps, off: NumberVerificationStackProps): string =>
  Object.entries(on)
    .filter(([name]) => !(name in off))
    .map(([name, value]) => `${name}=${String(value).replace(/^(arn:aws:\w+:).*/, '$1…')}`)
    .join(' ');
