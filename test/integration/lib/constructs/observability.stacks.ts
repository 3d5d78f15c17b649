/** Stacks with the alarms, their topic, the dashboard and the saved queries. */
import { type App, Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Observability, type ObservabilityProps } from '../../../../lib/constructs/observability.ts';

interface Difference extends Partial<ObservabilityProps> {
  readonly hasTopic?: boolean;
}

const observe =
  ({ hasTopic = false, ...props }: Difference = {}) =>
  (app: App) => {
    const stack = new Stack(app, 'Numbers', { env: { region: 'ap-south-1' } });
    const logGroup = new LogGroup(stack, 'Logs');
    const handler = new LambdaFunction(stack, 'Handler', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('never run'),
      logGroup,
    });
    const toMetric = (metricName: string) => new Metric({ namespace: 'Access', metricName });
    const { alarms, rollbackAlarms, topic, dashboard } = new Observability(stack, 'Observability', {
      alias: handler.addAlias('live'),
      stage: new HttpStage(stack, 'Stage', { httpApi: new HttpApi(stack, 'Api') }),
      throttled: toMetric('Throttled'),
      accessDenied: toMetric('Denied'),
      logGroup,
      kaleyraTimeout: Duration.seconds(10),
      tenantRequestsPerMinute: 60,
      ...(hasTopic && { topic: new Topic(stack, 'Topic') }),
      ...props,
    });
    const rollsBack = Object.keys(alarms).filter((name) =>
      rollbackAlarms.some((one) => one === alarms[name]),
    );
    return { names: Object.keys(alarms), rollsBack, hasTopic: !!topic, hasDashboard: !!dashboard };
  };

const everyAlarm = { attemptsOnFailure: 'refuse', expectTrafficEvery: Duration.hours(1) } as const;

export const scenarios = {
  'the default alarms': observe(),
  'every alarm': observe({ ...everyAlarm, email: 'operators@example.com' }),
  'alarms with a topic': observe({ hasTopic: true }),
  'alarms of uncounted attempts': observe({ attemptsOnFailure: 'allow' }),
  'alarms with a long timeout': observe({
    kaleyraTimeout: Duration.seconds(18),
    tenantRequestsPerMinute: 120,
  }),
  'alarms with a limit that is a token': observe({
    tenantRequestsPerMinute: Token.asNumber(Fn.importValue('Limit')),
  }),
  'no alarms': observe({ alarms: false, email: 'operators@example.com' }),
  'all but two alarms': observe({ alarms: { except: ['Latency', 'NoTraffic'] } }),
  'all but an unknown alarm': observe({ alarms: { except: ['Latency', 'Lateness'] } }),
};
