import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogue, failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { metricsNamespace } from '../../../../functions/verify-number/telemetry/metric-names.ts';
import { fixedAddressAndAllElse, tokensOnOwnDomainInOwnVpc } from '../../../support/option-sets.ts';
import { type Properties, propertiesOf, templateOf } from '../../../support/synthesize.ts';

const template = templateOf();
const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');
const nameOf = ({ AlarmName }: Properties): string => AlarmName.replace('NumberVerification-', '');
const alarm = (name: string) => alarms.find((properties) => nameOf(properties) === name);

/** The metrics that an alarm looks at, expressions left out. */
const metricsOf = (properties: Properties): readonly Properties[] =>
  properties.Metrics?.flatMap(({ MetricStat }: Properties) => (MetricStat ? [MetricStat.Metric] : [])) ?? [
    properties,
  ];

/** The codes of the catalogue that an alarm looks at. */
const outcomesOf = (properties: Properties): readonly string[] =>
  metricsOf(properties).flatMap(({ Dimensions }) =>
    Dimensions.flatMap(({ Name, Value }: Properties) => (Name === 'outcome' ? [Value] : [])),
  );

describe('the alarms', () => {
  it('watch every outcome whose status is 500 or more, and no other', () => {
    const watched = new Set(alarms.flatMap(outcomesOf));
    expect([...watched].sort()).toEqual(failureCodes.filter((code) => catalogue[code].status >= 500).sort());
  });

  it.each(failureCodes.filter((code) => catalogue[code].status < 500))(
    'never look at %s: its status is below 500',
    (code) => {
      expect(alarms.flatMap(outcomesOf)).not.toContain(code);
    },
  );

  it('ignore the failures that the direct entry point throws, though Lambda counts them as errors', () => {
    const withErrors = alarms.filter((properties) =>
      metricsOf(properties).some(({ MetricName }) => MetricName === 'Errors'),
    );
    expect(withErrors.map(nameOf)).toEqual(['FunctionCrashes']);
    const [{ Expression }] = withErrors[0].Metrics;
    expect(Expression).toBe('2 * errors - SUM([errors, thrown])');
  });

  it('watch metrics of this function alone', () => {
    for (const metric of alarms
      .flatMap(metricsOf)
      .filter(({ Namespace }) => Namespace === metricsNamespace)) {
      expect(metric.Dimensions).toContainEqual({
        Name: 'service',
        Value: { Ref: expect.stringMatching(/^VerifyNumberHandler/) },
      });
    }
  });

  it('stay within what CloudWatch allows: ten metrics in an expression, ten alarms on a release', () => {
    for (const properties of alarms) expect(metricsOf(properties).length).toBeLessThanOrEqual(10);
    const [group] = propertiesOf(template, 'AWS::CodeDeploy::DeploymentGroup');
    expect(group.AlarmConfiguration.Alarms.length).toBeLessThanOrEqual(10);
  });

  it('are quiet while there is no traffic', () => {
    for (const properties of alarms) expect(properties.TreatMissingData).toBe('notBreaching');
  });

  it('say what to do, and each has its section in the runbook', async () => {
    const runbook = await readFile(join(import.meta.dirname, '../../../../docs/runbook.md'), 'utf8');
    const every = propertiesOf(templateOf(fixedAddressAndAllElse), 'AWS::CloudWatch::Alarm');
    expect(every.map(nameOf)).toEqual([...alarms.map(nameOf), 'UncountedAttempts']);
    for (const properties of every) {
      const name = nameOf(properties);
      expect(properties.AlarmDescription).toMatch(
        new RegExp(`\\. Runbook: docs/runbook\\.md, section ${name}\\.$`),
      );
      expect(runbook).toContain(`\n## ${name}\n`);
    }
  });

  it('derive the latency threshold from kaleyraTimeoutMs', () => {
    const latency = propertiesOf(templateOf(fixedAddressAndAllElse), 'AWS::CloudWatch::Alarm').find(
      (properties) => nameOf(properties) === 'Latency',
    );
    expect(alarm('Latency').Threshold).toBe(5_000);
    expect(latency.Threshold).toBe(10_000);
  });
});

describe('a release', () => {
  it('is rolled back by every alarm but those two that any single tenant’s credentials set off, and Throttles', () => {
    const [group] = propertiesOf(template, 'AWS::CodeDeploy::DeploymentGroup');
    const resources = template.findResources('AWS::CloudWatch::Alarm');
    const rollsBack: string[] = group.AlarmConfiguration.Alarms.map(({ Name }: Properties) =>
      nameOf(resources[Name.Ref]?.['Properties']),
    );
    const others = ['CredentialsRejected', 'CredentialsMisconfigured', 'Throttles'];
    expect(rollsBack.sort()).toEqual(
      alarms
        .map(nameOf)
        .filter((name) => !others.includes(name))
        .sort(),
    );
  });
});

describe('the alarms’ notifications', () => {
  it('go to nobody, unless the options say who', () => {
    for (const properties of alarms) expect(properties).not.toHaveProperty('AlarmActions');
  });

  it('go to the given topic, when an alarm fires and when it ends', () => {
    const topic = 'arn:aws:sns:ap-south-1:111122223333:alarms';
    for (const properties of propertiesOf(templateOf(tokensOnOwnDomainInOwnVpc), 'AWS::CloudWatch::Alarm')) {
      expect(properties).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
    }
  });

  it('go by e-mail through a topic that only this account’s alarms may publish to, over TLS', () => {
    const mailed = templateOf(fixedAddressAndAllElse);
    mailed.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'operators@example.com',
    });
    const [policy] = propertiesOf(mailed, 'AWS::SNS::TopicPolicy');
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

it('one dashboard shows the alarms and the outcomes', () => {
  const dashboards = propertiesOf(template, 'AWS::CloudWatch::Dashboard');
  expect(dashboards).toHaveLength(1);
  const body = JSON.stringify(dashboards[0].DashboardBody);
  expect(body).toContain('Requests by outcome');
  expect(body).toContain(metricsNamespace);
});
