import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Template as SynthesizedTemplate } from 'aws-cdk-lib/assertions';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from '../../lib/constructs/number-verification-stack.ts';
import { PasswordWorkflowStack } from '../../lib/step-functions/password-workflow-stack.ts';
import { regions, tenants } from './assumptions.ts';
import { type OptionName, optionExamples } from './option-examples.ts';
import { addQuantities, getCost, multiplyQuantities, type Quantities } from './prices.ts';
import { getTemplateUsage, type Template, type Usage } from './template-usage.ts';

/** US dollars. */
export interface Cost {
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

const env = { region: 'ap-south-1' };

/** Synthesizes the default stack and one stack for each option, and adds up what they use. */
export const computeCosts = (): Costs => {
  const usages = new Map<string, Usage>();
  const getUsage = (props: NumberVerificationStackProps): Usage => {
    const key = JSON.stringify(props);
    const usage = usages.get(key) ?? usageOfStack(newStack(props));
    usages.set(key, usage);
    return usage;
  };
  const tenantSecrets = { monthly: { secret: tenants } };
  const base = usageOfRegions(addUsage(getUsage({}), tenantSecrets));
  const examples = Object.entries(optionExamples).map(([option, { props, needs = {}, outside = {} }]) => {
    const without = getUsage(needs);
    const usage = addUsage(getUsage({ ...needs, ...props }), outside);
    const added = subtractCost(toCost(usageOfRegions(usage)), toCost(usageOfRegions(without)));
    return { option: option as OptionName, example: formatProps(props), added };
  });
  const workflow: OptionCost = {
    option: 'passwordWorkflow',
    example: 'passwordWorkflow=true',
    added: toCost(usageOfRegions(usageOfWorkflow())),
  };
  return {
    base: toCost(base),
    monthly: base.monthly,
    perThousand: multiplyQuantities(base.perVerification, 1000),
    options: [...examples, workflow],
  };
};

const newStack = (props: NumberVerificationStackProps): NumberVerificationStack => {
  const app = new App({ context: cdkSettings.context });
  for (const warning of ['alarmsWithoutAction', 'keepDefaultEndpoint', 'leaveVpc']) {
    Validations.of(app).acknowledge({
      id: `Annotation::kaleyra-number-verification:${warning}`,
      reason: 'This stack is only synthesized, to compute its costs.',
    });
  }
  return new NumberVerificationStack(app, 'Costs', { env, ...props });
};

const usageOfStack = (stack: Stack): Usage =>
  getTemplateUsage(SynthesizedTemplate.fromStack(stack).toJSON() as Template);

const usageOfWorkflow = (): Usage => {
  const stack = newStack({});
  const { verifyNumber } = stack;
  return usageOfStack(new PasswordWorkflowStack(stack.node.root, 'Workflow', { env, verifyNumber }));
};

const addUsage = ({ monthly, perVerification }: Usage, more: Partial<Usage>): Usage => ({
  monthly: addQuantities(monthly, more.monthly ?? {}),
  perVerification: addQuantities(perVerification, more.perVerification ?? {}),
});

/** A verification runs in one region. */
const usageOfRegions = ({ monthly, perVerification }: Usage): Usage => ({
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

const formatProps = (props: NumberVerificationStackProps): string =>
  Object.entries(props)
    .map(([name, value]) => `${name}=${String(value).replace(/^(arn:aws:\w+:).*/, '$1…')}`)
    .join(' ');
