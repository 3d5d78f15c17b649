import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  catalogue,
  type FailureCode,
  failureCodes,
} from '../../../../functions/verify-number/core/failures.ts';
import { metricsNamespace } from '../../../../functions/verify-number/telemetry/metric-names.ts';
import { queries } from '../../../../lib/constructs/saved-queries.ts';
import { reachesThreshold } from '../../../support/metric-math.ts';
import { getProperties, type Json, readStack, readTemplate } from '../../../support/read-stacks.ts';

const getName = ({ AlarmName }: Json): string => AlarmName.split('-').at(-1);
const readAlarms = (scenario: string): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    getProperties(readTemplate(scenario), 'AWS::CloudWatch::Alarm').map((alarm) => [getName(alarm), alarm]),
  );

const template = readTemplate('every alarm');
const { rollsBack } = readStack('every alarm').result;
const everyAlarm = readAlarms('every alarm');
const alarms = Object.values(everyAlarm);

/** The metrics of an alarm, without expressions. */
const getMetrics = (alarm: Json): readonly Json[] =>
  alarm.Metrics?.flatMap(({ MetricStat }: Json) => (MetricStat ? [MetricStat.Metric] : [])) ?? [alarm];

const getDimension = ({ Dimensions = [] }: Json, name: string) =>
  Dimensions.find(({ Name }: Json) => Name === name)?.Value;

/** The codes of the catalogue that an alarm counts. */
const getOutcomes = (alarm: Json): readonly FailureCode[] =>
  getMetrics(alarm).flatMap((metric) => getDimension(metric, 'outcome') ?? []);

const runbook = readFileSync(join(import.meta.dirname, '../../../../docs/runbook.md'), 'utf8');
const serverFailures = failureCodes.filter((code) => catalogue[code].status >= 500);

describe('the alarms', () => {
  it('count every outcome whose status is 500 or more, and no other', () => {
    const fromLog = everyAlarm['CredentialsMisconfigured'].MetricName === 'TenantsMisconfigured';
    const counted = [...alarms.flatMap(getOutcomes), ...(fromLog ? ['CredentialsMisconfigured'] : [])];
    expect([...new Set(counted)].sort()).toEqual([...serverFailures].sort());
  });

  it('read metrics of this function and this API only', () => {
    const metrics = alarms.flatMap(getMetrics);
    expect(metrics.length).toBeGreaterThan(20);
    for (const metric of metrics.filter(({ Namespace }) => Namespace !== 'Access')) {
      const owner = ['service', 'FunctionName', 'ApiId'].flatMap((name) => getDimension(metric, name) ?? []);
      expect(owner).toEqual([{ Ref: expect.stringMatching(/^(Handler|Api)/) }]);
    }
  });

  it('stay within the limits: ten metrics in an alarm, ten alarms on a release', () => {
    for (const alarm of alarms) expect(getMetrics(alarm).length).toBeLessThanOrEqual(10);
    expect(rollsBack.length).toBeLessThanOrEqual(10);
  });

  it('are quiet while there is no traffic, except NoTraffic', () => {
    const loud = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(loud).toEqual([everyAlarm['NoTraffic']]);
    expect(loud[0]).toMatchObject({ TreatMissingData: 'breaching', Threshold: 1, Period: 3600 });
    expect(loud[0].ComparisonOperator).toBe('LessThanThreshold');
  });

  it('compare the latency with half of the timeout for Kaleyra', () => {
    expect(everyAlarm['Latency'].Threshold).toBe(5_000);
    expect(readAlarms('alarms with a long timeout')['Latency'].Threshold).toBe(9_000);
  });

  it('count failures of credentials from the log, without the reserved tenant', () => {
    const filters = getProperties(template, 'AWS::Logs::MetricFilter');
    expect(filters).toHaveLength(3);
    for (const { FilterPattern, LogGroupName, MetricTransformations } of filters) {
      expect(FilterPattern).toMatch(
        /"CredentialsMisconfigured"\).* && \$\.tenant_id != "_release-check" \}$/,
      );
      expect(LogGroupName).toEqual({ Ref: expect.stringMatching(/^Logs/) });
      const [{ MetricName, Dimensions }] = MetricTransformations;
      const names = Dimensions.map(({ Key }: Json) => Key);
      const [reader] = alarms.flatMap(getMetrics).filter((metric) => metric.MetricName === MetricName);
      expect(reader.Dimensions.map(({ Name }: Json) => Name)).toEqual(names);
    }
  });

  it('say what is wrong, what to do, and which section of the runbook to read', () => {
    for (const [name, { AlarmDescription }] of Object.entries(everyAlarm)) {
      expect(AlarmDescription).toMatch(
        new RegExp(`^[A-Z].*[.:] .*\\. Runbook: docs/runbook\\.md, section ${name}\\.$`),
      );
    }
  });

  it('are the sections of the runbook’s part about alarms, with those of the events and the workflow', () => {
    const [, part = ''] = runbook.split(/^## Alarms$/m);
    const sections = [...(part.split(/^## /m)[0] ?? '').matchAll(/^### (.+)$/gm)].map(([, name]) => name);
    const others = ['UndeliveredEvents', 'WorkflowFailures', 'WorkflowTimeouts', 'PasswordQueueAge'];
    expect(sections).toEqual([...Object.keys(everyAlarm), ...others]);
  });

  it('have their codes explained, if they have no alarm of their own, in the section FailureRate', () => {
    const [section = ''] = (runbook.split('### FailureRate\n')[1] ?? '').split('\n### ');
    expect([...section.matchAll(/^- `(\w+)`: /gm)].map(([, code]) => code)).toEqual(
      serverFailures.filter((code) => !Object.hasOwn(everyAlarm, code)),
    );
  });
});

describe('the selection of alarms', () => {
  const optional = ['UncountedAttempts', 'AttemptsUnavailable', 'NoTraffic'];

  it('contains the optional ones only if they can fire', () => {
    const others = Object.keys(everyAlarm).filter((name) => !optional.includes(name));
    expect(readStack('the default alarms').result.names).toEqual(others);
    expect(readStack('alarms of uncounted attempts').result.names).toEqual([...others, 'UncountedAttempts']);
  });

  it('can leave out alarms by name', () => {
    const { names } = readStack('the default alarms').result;
    const { result } = readStack('all but two alarms');
    expect(result).toMatchObject({ names: names.filter((name: string) => name !== 'Latency') });
    expect(result.rollsBack).not.toContain('Latency');
  });

  it('rejects an unknown name, and lists the names', () => {
    expect(readStack('all but an unknown alarm').error).toMatch(/no alarm Lateness .* Latency, Throttles,/);
  });

  it('can be empty, without a topic, a dashboard, metric filters and a warning', () => {
    const { result, warnings } = readStack('no alarms');
    expect(result).toEqual({ names: [], rollsBack: [], hasTopic: false, hasDashboard: false });
    expect(warnings).toEqual([]);
    const types = Object.values<Json>(readTemplate('no alarms').Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /CloudWatch|SNS|MetricFilter/.test(type))).toEqual([]);
  });
});

describe('a release', () => {
  it('is rolled back by alarms that a bad version fires, not by those that tenants or load fire', () => {
    expect(Object.keys(everyAlarm).filter((name) => !rollsBack.includes(name))).toEqual([
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
  it.each<string>(rollsBack)('is long enough for the alarm %s to fire within it', (name) => {
    const { Period, Metrics, EvaluationPeriods } = everyAlarm[name];
    const seconds = Period ?? Metrics.find(({ MetricStat }: Json) => MetricStat).MetricStat.Period;
    expect(seconds * EvaluationPeriods).toBeLessThanOrEqual(5 * 60);
  });

  /** Requests per minute of one version, and how many of them fail in some way. */
  interface Traffic {
    readonly requests: number;
    readonly rejected?: number;
    readonly direct?: number;
    readonly crashes?: number;
  }
  const nothing = { requests: 0 };

  /** The alarms that roll back while two versions get this traffic for five minutes. Versions without traffic have no data. */
  const listFiring = (newVersion: Traffic, oldVersion: Traffic = nothing, from = everyAlarm) => {
    const sum = (pick: (traffic: Traffic) => number | undefined) =>
      (pick(newVersion) ?? 0) + (pick(oldVersion) ?? 0) || undefined;
    const all = sum(({ requests }) => requests);
    const rejected = sum((traffic) => traffic.rejected);
    const overHttp = sum((traffic) => (traffic.rejected ?? 0) - (traffic.direct ?? 0));
    const crashes = sum((traffic) => traffic.crashes);
    const direct = sum((traffic) => traffic.direct);
    const getPerMinute = (metric: Json): number | undefined => {
      const outcome = getDimension(metric, 'outcome');
      if (outcome !== undefined) return outcome === 'CredentialsRejected' ? rejected : undefined;
      const isNew = getDimension(metric, 'ExecutedVersion') !== undefined;
      const counts: Readonly<Record<string, number | undefined>> = {
        Requests: all,
        CredentialsFailures: newVersion.rejected || undefined,
        HttpCredentialsFailures: overHttp,
        Invocations: isNew ? newVersion.requests || undefined : all,
        Errors: (crashes ?? 0) + (direct ?? 0) || undefined,
        ThrownFailures: direct,
        Count: all,
        '5xx': (overHttp ?? 0) + (crashes ?? 0) || undefined,
      };
      return counts[metric.MetricName];
    };
    return rollsBack.filter((name: string) => {
      const alarm = from[name];
      const minutes = name === 'ReleaseCredentials' ? 5 : 1;
      return reachesThreshold(alarm, (metric) => {
        const value = getPerMinute(metric);
        return value === undefined ? undefined : value * minutes;
      });
    });
  };

  /** A tenant's 60 requests with a revoked key among all requests, of which a canary gets a tenth. */
  const revoked = (all: number, share: number): Traffic => ({ requests: all * share, rejected: 60 * share });

  it.each<[string, Traffic, Traffic]>([
    ['no request fails', { requests: 20 }, { requests: 180 }],
    ['one tenant, 60 of 200, has a revoked key (canary)', revoked(200, 0.1), revoked(200, 0.9)],
    ['one tenant, 60 of 200, has a revoked key (linear, half-way)', revoked(200, 0.5), revoked(200, 0.5)],
    ['one tenant, 60 of 200, has a revoked key (no other version)', revoked(200, 1), nothing],
    ['one tenant, 60 of 1,200, has a revoked key', revoked(1200, 0.1), revoked(1200, 0.9)],
    ['one tenant, 60 of 61, has a revoked key', revoked(61, 0.5), revoked(61, 0.5)],
    ['one tenant, 60 of 61, has a revoked key (no other version)', revoked(61, 1), nothing],
    ['one tenant invokes the function directly', { ...revoked(200, 1), direct: 60 }, nothing],
    ['one tenant sends a request a minute at night', { requests: 0.2, rejected: 0.2 }, { requests: 0.8 }],
  ])('is not rolled back when %s', (_what, newVersion, oldVersion) => {
    expect(listFiring(newVersion, oldVersion)).toEqual([]);
  });

  it.each<[string, Traffic, Traffic]>([
    ['90 % of the new version’s requests (canary)', { requests: 20, rejected: 18 }, { requests: 180 }],
    ['90 % of the new version’s requests (linear)', { requests: 100, rejected: 90 }, { requests: 100 }],
    [
      '90 % of them, and one tenant of 60 has a revoked key',
      { requests: 20, rejected: 18.6 },
      { requests: 180, rejected: 54 },
    ],
    ['90 % of few requests', { requests: 2, rejected: 1.8 }, { requests: 18 }],
    [
      '90 % of all requests, with both versions',
      { requests: 20, rejected: 18 },
      { requests: 180, rejected: 162 },
    ],
    ['90 % of all requests, with one version', { requests: 200, rejected: 180 }, nothing],
    ['90 % of all direct requests', { requests: 200, rejected: 180, direct: 180 }, nothing],
  ])('is rolled back when credentials fail for %s', (_what, newVersion, oldVersion) => {
    expect(listFiring(newVersion, oldVersion)).toEqual(['ReleaseCredentials']);
  });

  it('is rolled back when invocations crash, also while a tenant has a revoked key', () => {
    const found = listFiring({ ...revoked(200, 1), crashes: 15 });
    expect(found).toEqual(['Api5xx', 'FunctionCrashes']);
  });

  it('allows for the requests that a tenant may send', () => {
    const traffic = { requests: 100, rejected: 100 };
    expect(listFiring(traffic)).toEqual(['ReleaseCredentials']);
    expect(
      listFiring(traffic, nothing, { ...everyAlarm, ...readAlarms('alarms with a long timeout') }),
    ).toEqual([]);
    const { Metrics } = readAlarms('alarms with a limit that is a token')['ReleaseCredentials'];
    expect(Metrics[0].Expression['Fn::Join'][1]).toContainEqual({ 'Fn::ImportValue': 'Limit' });
  });
});

describe('notifications', () => {
  it('go nowhere without a topic, and synth warns about that', () => {
    for (const alarm of Object.values(readAlarms('the default alarms'))) {
      expect(alarm).not.toHaveProperty('AlarmActions');
    }
    const { warnings } = readStack('the default alarms');
    expect(warnings).toEqual([
      expect.stringContaining('[ack: kaleyra-number-verification:alarmsWithoutAction]'),
    ]);
  });

  it('go to the given topic when an alarm fires and when it ends', () => {
    const topic = [{ Ref: expect.stringMatching(/^Topic/) }];
    for (const alarm of Object.values(readAlarms('alarms with a topic'))) {
      expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
    }
    expect(readStack('alarms with a topic').warnings).toEqual([]);
  });

  it('go by e-mail through a topic that only alarms of this account may publish to, over TLS', () => {
    const [subscription] = getProperties(template, 'AWS::SNS::Subscription');
    expect(subscription).toMatchObject({ Protocol: 'email', Endpoint: 'operators@example.com' });
    const [policy] = getProperties(template, 'AWS::SNS::TopicPolicy');
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

describe('the saved queries and the dashboard', () => {
  it('read the function’s log, from a folder with the stack’s name', () => {
    expect(getProperties(template, 'AWS::Logs::QueryDefinition')).toEqual(
      Object.entries(queries).map(([name, steps]) => ({
        Name: `Numbers/${name}`,
        QueryString: steps.join('\n| '),
        LogGroupNames: [{ Ref: expect.stringMatching(/^Logs/) }],
      })),
    );
  });

  it('show alarms, outcomes and versions', () => {
    const [dashboard] = getProperties(template, 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard);
    for (const shown of ['Requests by outcome', 'ExecutedVersion', metricsNamespace, 'ReleaseCredentials']) {
      expect(body).toContain(shown);
    }
  });
});
