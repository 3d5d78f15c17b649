import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogue, failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { metricsNamespace } from '../../../../functions/verify-number/telemetry/metric-names.ts';
import { queries } from '../../../../lib/constructs/saved-queries.ts';
import { synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { staticEgressAndTheRest, tokensAndExistingVpc } from '../../../support/option-sets.ts';
import { getProperties, getResources, getWarnings, type Properties } from '../../../support/templates.ts';

const template = synthesizeTemplate();
const alarms = getProperties(template, 'AWS::CloudWatch::Alarm');
const withEveryOption = synthesizeTemplate({ ...staticEgressAndTheRest, expectTrafficEvery: 60 });
const everyAlarm = getProperties(withEveryOption, 'AWS::CloudWatch::Alarm');
const getName = ({ AlarmName }: Properties): string => AlarmName.replace('NumberVerification-', '');
const alarm = (name: string, among = alarms) => among.find((properties) => getName(properties) === name);

/** The metrics of an alarm, without expressions. */
const getMetrics = (properties: Properties): readonly Properties[] =>
  properties.Metrics?.flatMap(({ MetricStat }: Properties) => (MetricStat ? [MetricStat.Metric] : [])) ?? [
    properties,
  ];

/** The codes of the catalogue that an alarm counts. */
const getOutcomes = (properties: Properties): readonly string[] =>
  getMetrics(properties).flatMap(({ Dimensions }) =>
    Dimensions.flatMap(({ Name, Value }: Properties) => (Name === 'outcome' ? [Value] : [])),
  );

const getExpression = (properties: Properties): string =>
  properties.Metrics?.find(({ ReturnData }: Properties) => ReturnData !== false)?.Expression;

const readRunbook = () => readFile(join(import.meta.dirname, '../../../../docs/runbook.md'), 'utf8');

/** Seconds in one period of an alarm. */
const getPeriod = (properties: Properties): number =>
  properties.Period ?? properties.Metrics.find(({ MetricStat }: Properties) => MetricStat).MetricStat.Period;

describe('the alarms', () => {
  it('count every outcome whose status is 500 or more', () => {
    const counted = new Set(everyAlarm.flatMap(getOutcomes));
    expect([...counted].sort()).toEqual(failureCodes.filter((code) => catalogue[code].status >= 500).sort());
  });

  it.each(failureCodes.filter((code) => catalogue[code].status < 500))(
    'ignore %s, whose status is below 500',
    (code) => {
      expect(everyAlarm.flatMap(getOutcomes)).not.toContain(code);
    },
  );

  it('ignore failures that the direct entry point throws, although Lambda counts them as errors', () => {
    const withErrors = alarms.filter((properties) =>
      getMetrics(properties).some(({ MetricName }) => MetricName === 'Errors'),
    );
    expect(withErrors.map(getName)).toEqual(['FunctionCrashes']);
    expect(getExpression(withErrors[0])).toBe('2 * errors - SUM([errors, thrown])');
  });

  it('read metrics of this function and this API only', () => {
    const owners = everyAlarm
      .flatMap(getMetrics)
      .filter(({ Namespace }) => Namespace === metricsNamespace)
      .map(({ Dimensions }) => Dimensions.find(({ Name }: Properties) => Name !== 'outcome'));
    expect(owners.length).toBeGreaterThan(10);
    for (const { Name, Value } of owners) {
      const owner = Name === 'api' ? /^ApiHttp/ : /^VerifyNumberHandler/;
      expect(['api', 'service']).toContain(Name);
      expect(Value).toEqual({ Ref: expect.stringMatching(owner) });
    }
  });

  it('stay within the limits: ten metrics in an alarm, ten alarms on a release', () => {
    for (const properties of everyAlarm) expect(getMetrics(properties).length).toBeLessThanOrEqual(10);
    const [group] = getProperties(withEveryOption, 'AWS::CodeDeploy::DeploymentGroup');
    expect(group.AlarmConfiguration.Alarms.length).toBeLessThanOrEqual(10);
  });

  it('are quiet while there is no traffic, except NoTraffic', () => {
    const loud = everyAlarm.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(loud).toEqual([
      expect.objectContaining({
        AlarmName: 'NumberVerification-NoTraffic',
        TreatMissingData: 'breaching',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Period: 3600,
        MetricName: 'Requests',
      }),
    ]);
    expect(alarms.map(getName)).not.toContain('NoTraffic');
  });

  it('need more than one unexpected response', () => {
    expect(alarm('UnexpectedResponse')).toMatchObject({ Threshold: 3, Period: 300, EvaluationPeriods: 1 });
  });

  it('compare the latency with half of kaleyraTimeoutMs, from 20 requests in a minute', () => {
    expect(alarm('Latency').Threshold).toBe(5_000);
    expect(alarm('Latency', everyAlarm).Threshold).toBe(9_000);
    expect(getExpression(alarm('Latency'))).toBe('IF(requests >= 20, p99, 0)');
  });

  it('count misconfigured tenants from the log, without the reserved tenant', () => {
    const filter = getProperties(template, 'AWS::Logs::MetricFilter').find(
      ({ MetricTransformations: [metric] }) => metric.MetricName === 'TenantsMisconfigured',
    );
    expect(filter).toMatchObject({
      LogGroupName: { Ref: expect.stringMatching(/^VerifyNumberLogs/) },
      FilterPattern: '{ $.outcome = "CredentialsMisconfigured" && $.tenant_id != "_release-check" }',
      MetricTransformations: [{ Dimensions: [{ Key: 'service', Value: '$.service' }] }],
    });
    expect(alarm('CredentialsMisconfigured')).toMatchObject({ MetricName: 'TenantsMisconfigured' });
  });

  it('say what is wrong, what to do, and which section of the runbook to read', () => {
    for (const properties of everyAlarm) {
      expect(properties.AlarmDescription).toMatch(
        new RegExp(`^[A-Z].*[.;] .*\\. Runbook: docs/runbook\\.md, section ${getName(properties)}\\.$`),
      );
    }
  });

  it('are the sections of the runbook’s part about alarms, with those of the workflow', async () => {
    const [, part = ''] = (await readRunbook()).split(/^## Alarms$/m);
    const sections = [...(part.split(/^## /m)[0] ?? '').matchAll(/^### (.+)$/gm)].map(([, name]) => name);
    const workflow = ['WorkflowFailures', 'WorkflowTimeouts', 'PasswordQueueAge'];
    expect(sections).toEqual([...everyAlarm.map(getName), ...workflow]);
  });
});

describe('a code whose status is 500 or more', () => {
  const named = failureCodes.filter((code) => everyAlarm.map(getName).includes(code));
  const others = failureCodes.filter((code) => catalogue[code].status >= 500 && !named.includes(code));

  it('has an alarm with its name, or a paragraph in the runbook’s section FailureRate', async () => {
    const [, section = ''] = (await readRunbook()).split('### FailureRate\n');
    const [text = ''] = section.split('\n### ');
    expect([...text.matchAll(/^- `(\w+)`: /gm)].map(([, code]) => code)).toEqual(others);
  });
});

describe('a release', () => {
  const rollsBack = (() => {
    const [group] = getProperties(withEveryOption, 'AWS::CodeDeploy::DeploymentGroup');
    const resources = withEveryOption.findResources('AWS::CloudWatch::Alarm');
    return group.AlarmConfiguration.Alarms.map(
      ({ Name }: Properties) => resources[Name.Ref]?.['Properties'],
    ) as Properties[];
  })();

  it('is rolled back by alarms that a bad version fires, not by those that tenants or load fire', () => {
    expect(everyAlarm.map(getName).filter((name) => !rollsBack.map(getName).includes(name))).toEqual([
      'CredentialsRejected',
      'CredentialsMisconfigured',
      'ApiThrottled',
      'AccessDenied',
      'Throttles',
      'UncountedAttempts',
      'AttemptsUnavailable',
      'NoTraffic',
    ]);
  });

  // A linear release takes ten minutes, a canary 15.
  it.each(rollsBack.map((properties) => [getName(properties), properties] as const))(
    'is short enough for the alarm %s to fire within it',
    (_name, properties) => {
      expect(getPeriod(properties) * properties.EvaluationPeriods).toBeLessThanOrEqual(5 * 60);
    },
  );
});

describe('notifications', () => {
  it('go nowhere without a topic, and synth warns about that', () => {
    for (const properties of alarms) expect(properties).not.toHaveProperty('AlarmActions');
    expect(getWarnings({})).toEqual([
      'The alarms notify no one. Set alarmTopicArn or alarmEmail. [ack: kaleyra-number-verification:alarmsWithoutAction]',
    ]);
    expect(getWarnings({ alarmEmail: 'operators@example.com' })).toEqual([]);
  });

  it('go to the given topic when an alarm fires and when it ends', () => {
    const topic = 'arn:aws:sns:ap-south-1:111122223333:alarms';
    for (const properties of getProperties(
      synthesizeTemplate(tokensAndExistingVpc),
      'AWS::CloudWatch::Alarm',
    )) {
      expect(properties).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
    }
  });

  it('go by e-mail through a topic that only alarms of this account may publish to, over TLS', () => {
    withEveryOption.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'operators@example.com',
    });
    const [policy] = getProperties(withEveryOption, 'AWS::SNS::TopicPolicy');
    expect(policy.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });
});

describe('the saved queries', () => {
  it('read the function’s log and are in a folder with the stack’s name', () => {
    expect(getProperties(template, 'AWS::Logs::QueryDefinition')).toEqual(
      Object.entries(queries).map(([name, steps]) => ({
        Name: `NumberVerification/${name}`,
        QueryString: steps.join('\n| '),
        LogGroupNames: [{ Ref: expect.stringMatching(/^VerifyNumberLogs/) }],
      })),
    );
  });
});

it('the dashboard shows alarms, outcomes and versions', () => {
  const dashboards = getResources(template, 'AWS::CloudWatch::Dashboard');
  expect(dashboards).toHaveLength(1);
  const body = JSON.stringify(dashboards[0]);
  for (const shown of ['Requests by outcome', 'ExecutedVersion', metricsNamespace]) {
    expect(body).toContain(shown);
  }
});
