import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { metricsNamespace } from '../../functions/verify-number/telemetry/metric-names.ts';
import type { LogSettings } from './log-settings.ts';
import { getVendedLogGroupName } from './vended-logs.ts';

/**
 * Fields of the access log: an allow-list without path, query string, headers and body. A variable without a value is
 * written as `-`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const fields = {
  request_id: '$context.requestId',
  // The `request_id` in the function's log.
  function_request_id: '$context.integration.requestId',
  api_id: '$context.apiId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  source_ip: '$context.identity.sourceIp',
  iam_caller: '$context.identity.userArn',
  token_subject: '$context.authorizer.claims.sub',
  latency_ms: '$context.responseLatency',
  gateway_error: '$context.error.responseType',
  integration_error: '$context.integrationErrorMessage',
};

interface AccessLogProps {
  /** The API whose requests are logged. */
  readonly apiId: string;
  readonly logs: LogSettings;
}

/** Access log of the HTTP API, and the metrics that API Gateway publishes only as 4xx. */
export class AccessLog extends Construct {
  /** For the stage's `accessLogSettings`. */
  readonly settings;
  readonly logGroup: LogGroup;
  /** Requests that API Gateway throttled. */
  readonly throttled: Metric;
  /** Requests that ended in 401 or 403. */
  readonly accessDenied: Metric;

  constructor(scope: Construct, id: string, { apiId, logs }: AccessLogProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      ...logs,
      logGroupName: getVendedLogGroupName(this, 'apigateway'),
    });
    this.settings = {
      destination: new LogGroupLogDestination(this.logGroup),
      format: AccessLogFormat.custom(JSON.stringify(fields)),
    };
    const count = (metricName: string, pattern: string): Metric =>
      new MetricFilter(this, metricName, {
        logGroup: this.logGroup,
        filterPattern: FilterPattern.literal(pattern),
        metricNamespace: metricsNamespace,
        metricName,
        metricValue: '1',
        dimensions: { api: '$.api_id' },
      }).metric({ dimensionsMap: { api: apiId }, statistic: 'Sum' });
    // Excludes the function's own 429, which has a request id of the function.
    this.throttled = count('ApiThrottled', '{ $.status = "429" && $.function_request_id = "-" }');
    this.accessDenied = count('ApiAccessDenied', '{ $.status = "401" || $.status = "403" }');
  }
}
