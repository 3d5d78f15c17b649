import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { dimensions, metricNames, metricsNamespace } from './metric-names.ts';
import type { EmitEvent } from './request-event.ts';

/**
 * Counts requests in CloudWatch's embedded metric format: one line for each. The tenant goes along as metadata, which
 * can be searched for and costs nothing; as a dimension, each tenant would be a metric of its own.
 * @param functionName the `service` dimension
 */
export const createRecordMetrics = (functionName: string): EmitEvent => {
  const metrics = new Metrics({ namespace: metricsNamespace, serviceName: functionName });
  return ({ code, channel, tenant_id, request_id, kaleyra_ms, total_ms, attempts_error }) => {
    // Lambda dates its own error count by the invocation's start, and an alarm subtracts one from the other by the minute.
    metrics.setTimestamp(Math.floor(Date.now() - total_ms));
    // Two sets: by outcome, and with no dimension but the function.
    metrics.addDimensions({ [dimensions.outcome]: code }).addDimensions({});
    metrics.addMetadata('request_id', request_id);
    if (tenant_id !== undefined) metrics.addMetadata('tenant_id', tenant_id);
    metrics.addMetric(metricNames.requests, MetricUnit.Count, 1);
    if (kaleyra_ms > 0) metrics.addMetric(metricNames.kaleyraTime, MetricUnit.Milliseconds, kaleyra_ms);
    if (channel === 'direct' && code !== 'Verified') {
      metrics.addMetric(metricNames.thrownFailures, MetricUnit.Count, 1);
    }
    if (attempts_error !== undefined) metrics.addMetric(metricNames.uncountedAttempts, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
};
