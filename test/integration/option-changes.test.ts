/**
 * Turns every option on, changes it and turns it off on templates, and compares what CloudFormation would do with the
 * runbook's table.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import type { NumberVerificationStackProps } from '../../lib/constructs/number-verification-stack.ts';
import { deploymentOptionTable } from '../../lib/options/deployment-option-table.ts';
import { optionTable } from '../../lib/options/option-table.ts';
import { type Rehearsal, rehearsals } from '../support/option-changes.ts';
import { synthesizeTemplate } from '../support/synthesize.ts';
import { compareTemplates } from '../support/template-changes.ts';

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
    if (!label) throw new Error(`No label for ${id}`);
    return label[1];
  });
  return [...new Set(words)].filter((word) => word !== '').join(', ') || '-';
};

const templates = new Map<string, Template>();

/** Synthesizes each set of options once. */
const synthesize = (props: NumberVerificationStackProps): Template => {
  const key = JSON.stringify(props);
  const template = templates.get(key) ?? synthesizeTemplate(props);
  templates.set(key, template);
  return template;
};

/** The templates of a rehearsal, in the order of the deployments. */
const synthesizeSteps = ({ off, on, changed = on }: Rehearsal) =>
  [synthesize(off), synthesize(on), synthesize(changed), synthesize(off)] as const;

/** The cells of an option's row that follow from the templates. */
const rehearseRow = (rehearsal: Rehearsal): readonly string[] => {
  const [first, second, third, last] = synthesizeSteps(rehearsal);
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

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const [, section = ''] = runbook.split('\n## Change options\n');
const [text = ''] = section.split('\n## ');
const rows = new Map(
  [...text.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, name = '', cells = '']) => [
    name,
    cells.split('|').map((cell) => cell.trim()),
  ]),
);

describe('the runbook’s table of option changes', () => {
  it('has a row for every option of the construct', () => {
    expect([...rows.keys()]).toEqual(Object.keys(optionTable));
  });

  it('is followed by the options of the deployment', () => {
    for (const name of Object.keys(deploymentOptionTable)) expect(text).toContain(`- \`${name}\``);
  });

  it.each(Object.entries(rehearsals))('says what happens when %s changes', (name, rehearsal) => {
    expect(rows.get(name)?.slice(0, 5)).toEqual(rehearseRow(rehearsal));
  });
});

/** The statements of the function's permissions and of the endpoints, by resource. */
const permissionsIn = (template: Template): ReadonlyMap<string, readonly string[]> => {
  const resources = {
    ...template.findResources('AWS::IAM::Policy'),
    ...template.findResources('AWS::EC2::VPCEndpoint'),
  };
  return new Map(
    Object.entries(resources)
      .filter(([id]) => /^(VerifyNumber|StaticEgress)/.test(id))
      .map(([id, { Properties }]) => [
        id,
        Properties.PolicyDocument.Statement.map((statement: unknown) => JSON.stringify(statement)),
      ]),
  );
};

describe('a change of options', () => {
  it.each(Object.entries(rehearsals))(
    '%s takes no permission from the running version',
    (name, rehearsal) => {
      const steps = synthesizeSteps(rehearsal);
      const lost = steps.slice(1).flatMap((template, index) => {
        const before = permissionsIn(steps[index] as Template);
        const after = permissionsIn(template);
        // CloudFormation deletes resources after the release; only an update in place takes effect before it.
        return [...before].flatMap(([id, statements]) =>
          after.has(id) ? statements.filter((statement) => !after.get(id)?.includes(statement)) : [],
        );
      });
      // Without this permission, traces are lost and requests are not affected.
      const expected = name === 'tracing' ? [expect.stringContaining('xray:PutTraceSegments')] : [];
      expect(lost).toEqual(expected);
    },
  );
});
