/** What CloudFormation does when an option changes: the runbook's table. */
import type { Template } from 'aws-cdk-lib/assertions';
import { formatMarkdownTable } from '../../lib/reference/markdown-table.ts';
import { synthesizeTemplate } from '../templates/synthesize.ts';
import { compareTemplates } from './compare-templates.ts';
import { deploymentOptionEffects, optionEffects } from './option-effects.ts';
import { type OptionExample, type OptionName, optionExamples } from './option-examples.ts';

/** The runbook's words for resources. Versions have a column of their own. */
const labels: readonly (readonly [RegExp, string])[] = [
  [/CurrentVersion/, ''],
  [/^StaticEgressAddress/, 'address'],
  [/^StaticEgress(FlowLogs|CustomResourceLogs)/, 'logs'],
  [/^StaticEgressVpcNatSubnet1NATGateway/, 'NAT'],
  [/^(StaticEgress|CustomVpc)/, 'network'],
  [/^FunctionSecurityGroup/, 'security group'],
  [/^VerifyNumber(Role|DenyNetworkInterfaces)/, 'permissions'],
  [/^VerifyNumberAttemptsTable/, 'table'],
  [/^Api(Domain|Stage.*ApiDomain)/, 'domain'],
  [/^ApiHttpToken/, 'authorizer'],
  [/^ObservabilityTopic/, 'topic'],
  [/^Observability/, 'alarm'],
  [/^ReleaseCheckSecret/, 'reserved secret'],
];

const describeResources = (ids: readonly string[]): string => {
  const words = ids.map((id) => {
    const label = labels.find(([pattern]) => pattern.test(id));
    if (!label) throw new Error(`Add a word for ${id} to scripts/options/option-changes.ts.`);
    return label[1];
  });
  return [...new Set(words)].filter((word) => word !== '').join(', ') || '-';
};

/** The templates of four deployments: without the option, with it, with another value, and without it again. */
export const synthesizeSteps = ({
  off,
  on,
  changed = on,
}: OptionExample): readonly [Template, Template, Template, Template] => [
  synthesizeTemplate(off),
  synthesizeTemplate(on),
  synthesizeTemplate(changed),
  synthesizeTemplate(off),
];

const toCells = (example: OptionExample): readonly string[] => {
  const [first, second, third, last] = synthesizeSteps(example);
  const turnedOn = compareTemplates(first, second);
  const changed = compareTemplates(second, third);
  const turnedOff = compareTemplates(third, last);
  const hasVersion = [turnedOn, turnedOff].some(({ created }) =>
    created.some((id) => /CurrentVersion/.test(id)),
  );
  return [
    hasVersion ? 'yes' : 'no',
    describeResources(turnedOn.created),
    describeResources([...turnedOn.replaced, ...changed.replaced, ...changed.deleted]),
    describeResources(turnedOff.deleted),
    describeResources([...turnedOn.retained, ...turnedOff.retained]),
  ];
};

/** The section of docs/runbook.md. */
export const formatOptionChanges = (): string => {
  const effect = 'effect, and how to do it';
  const changes = formatMarkdownTable(
    ['option', 'new version', 'on creates', 'change replaces', 'off deletes', 'leaves behind', effect],
    Object.entries(optionExamples).map(([name, example]) => [
      `\`${name}\``,
      ...toCells(example),
      optionEffects[name as OptionName],
    ]),
  );
  const deploymentChanges = formatMarkdownTable(
    ['option of `npx cdk deploy` only', effect],
    Object.entries(deploymentOptionEffects).map(([name, text]) => [`\`${name}\``, text]),
  );
  return `${changes}\n\n${deploymentChanges}`;
};
