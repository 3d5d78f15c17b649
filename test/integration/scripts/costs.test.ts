import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { limits } from '../../../functions/verify-number/config.ts';
import { optionTable } from '../../../lib/options/option-table.ts';
import { readContext } from '../../../lib/options/read-context.ts';
import { type Costs, computeCosts } from '../../../scripts/costs/compute-costs.ts';
import { toCostsSection } from '../../../scripts/costs/costs-section.ts';
import { countStateTransitions } from '../../../scripts/costs/count-state-transitions.ts';
import { getCost, prices } from '../../../scripts/costs/prices.ts';
import { getTemplateUsage } from '../../../scripts/costs/template-usage.ts';
import { replaceSection } from '../../../scripts/docs/replace-section.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/operate.md'), 'utf8');

describe('docs/operate.md', () => {
  let costs: Costs;
  beforeAll(() => {
    costs = computeCosts();
  }, 120_000);

  it('is up to date (npm run costs)', () => {
    expect(page).toBe(replaceSection(page, 'costs', toCostsSection(costs)));
  });

  it('states the costs of every option', () => {
    for (const option of [...Object.keys(optionTable), 'passwordWorkflow']) expect(page).toContain(option);
  });

  it('gives an example of cdk.json whose options are valid', () => {
    const [, json = ''] = /```json\n(.+?)```/s.exec(page) ?? [];
    const { deployments, unused } = readContext(JSON.parse(json).context, 'us-east-1');
    expect(deployments.map(({ region }) => region)).toEqual(['ap-south-1', 'eu-west-1']);
    expect(unused).toEqual([]);
  });

  it('computes the concurrency from the default options', () => {
    const rate = optionTable.throttleRate.default;
    const seconds = limits.kaleyraTimeoutMs.default / 1000;
    expect(page).toContain(`| ${rate} (the default \`throttleRate\`) | ${seconds} s | ${rate * seconds} |`);
  });

  it('adds up', () => {
    expect(costs.base.monthly).toBeCloseTo(getCost(costs.monthly));
    expect(costs.base.perThousand).toBeCloseTo(getCost(costs.perThousand));
    const staticEgress = costs.options.find(({ option }) => option === 'staticEgress');
    const { natHour, publicIpv4Hour, endpointHour } = prices;
    expect(staticEgress?.added.monthly).toBeCloseTo(
      2 * 730 * (natHour.usd + publicIpv4Hour.usd + 2 * endpointHour.usd),
    );
  });
});

describe('getTemplateUsage', () => {
  const usage = (Type: string, Properties = {}) =>
    getTemplateUsage({ Resources: { One: { Type, Properties } } });
  const metric = { MetricStat: {} };

  it.each([
    ['AWS::CloudWatch::Alarm', { MetricName: 'Requests' }, { alarmMetric: 1 }],
    ['AWS::CloudWatch::Alarm', { Metrics: [metric, metric, { Expression: 'a / b' }] }, { alarmMetric: 2 }],
    [
      'AWS::EC2::VPCEndpoint',
      { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] },
      { endpointHour: 1460 },
    ],
    ['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }, {}],
    ['AWS::Logs::MetricFilter', { MetricTransformations: [{}] }, { customMetric: 1 }],
    ['AWS::IAM::Role', {}, {}],
  ])('counts a %s with %j in each month', (type, properties, monthly) => {
    expect(usage(type, properties).monthly).toEqual(monthly);
  });

  it('rejects a type of resource whose costs are unknown', () => {
    expect(() => usage('AWS::RDS::DBInstance')).toThrow('The costs of AWS::RDS::DBInstance are unknown.');
  });
});

describe('countStateTransitions', () => {
  const states = {
    StartAt: 'First',
    States: {
      First: { Type: 'Pass', Next: 'Choose' },
      Choose: { Type: 'Choice', Choices: [{ Next: 'Both' }], Default: 'Never' },
      Never: { Type: 'Fail' },
      Both: { Type: 'Parallel', Branches: [{ StartAt: 'In', States: { In: { Type: 'Task', End: true } } }] },
    },
  };

  it('counts the states of the path on which everything succeeds', () => {
    expect(countStateTransitions(states)).toBe(4);
  });
});
