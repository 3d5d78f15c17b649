/**
 * Writes the event of a request as one JSON line that is also a CloudWatch embedded metric.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { dimensions, metricNames, metricsNamespace } from './metric-names.ts';
import type { EmitEvent, RequestEvent } from './request-event.ts';

/** Takes one line, without its line break. */
type WriteLine = (line: string) => void;

/** Writes to stdout directly. The runtime's `console` would wrap the line in JSON of its own. */
export const writeToStdout: WriteLine = (line) => {
  process.stdout.write(`${line}\n`);
};

/**
 * Creates the writer of events.
 * @param functionName the metrics' `service` dimension
 */
export const createEmitEvent =
  (functionName: string, writeLine: WriteLine): EmitEvent =>
  (event) => {
    const counts = toCounts(event);
    writeLine(
      JSON.stringify({
        ...event,
        [dimensions.function]: functionName,
        ...counts,
        _aws: {
          // The start of the request, as in Lambda's own metrics: an alarm subtracts the two counts of each minute.
          Timestamp: Date.parse(event.timestamp),
          CloudWatchMetrics: [
            {
              Namespace: metricsNamespace,
              // The tenant is only a field: as a dimension, every tenant would be a metric of its own.
              Dimensions: [[dimensions.function, dimensions.outcome], [dimensions.function]],
              Metrics: [
                ...Object.keys(counts).map((Name) => ({ Name })),
                ...(event.kaleyra_ms > 0 ? [{ Name: metricNames.kaleyraTime, Unit: 'Milliseconds' }] : []),
              ],
            },
          ],
        },
      }),
    );
  };

const toCounts = (event: RequestEvent): Record<string, number> => ({
  [metricNames.requests]: 1,
  ...(event.channel === 'direct' && event.outcome !== 'Verified' && { [metricNames.thrownFailures]: 1 }),
  ...(event.attempts_error !== undefined && { [metricNames.uncountedAttempts]: 1 }),
});
