/** The size of what one request logs, and the metrics in it. */
import { createEmitEvent } from '../../functions/verify-number/telemetry/emit.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';

const requestId = '11111111-2222-4333-8444-555555555555';

const sampleEvent: RequestEvent = {
  timestamp: '2026-11-24T12:00:00.000Z',
  level: 'INFO',
  message: 'request',
  request_id: requestId,
  function_version: '12',
  channel: 'http',
  outcome: 'Verified',
  tenant_id: 'a-tenant-of-20-chars',
  phone_number: '+********2345',
  pod: 'IN',
  kaleyra_code: 'WA200',
  kaleyra_http_status: 200,
  secrets_manager_ms: 12.34,
  kaleyra_ms: 432.1,
  total_ms: 456.78,
  cold_start: false,
};

/**
 * Lambda's own lines for one request, in JSON. A cold start adds `initDurationMs` and a `platform.initStart` line.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
const platformLines = [
  {
    time: sampleEvent.timestamp,
    type: 'platform.start',
    record: { requestId, version: sampleEvent.function_version },
  },
  {
    time: sampleEvent.timestamp,
    type: 'platform.report',
    record: {
      requestId,
      metrics: {
        durationMs: 456.78,
        billedDurationMs: 457,
        memorySizeMB: 512,
        maxMemoryUsedMB: 120,
      },
      status: 'success',
    },
  },
].map((line) => `${JSON.stringify(line)}\n`);

/** Bytes of Lambda's own lines for one request. */
export const platformLogBytes = Buffer.byteLength(platformLines.join(''));

interface EmbeddedMetrics {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/** Writes an event as the function does. */
const writeLine = (outcome: RequestEvent['outcome']): string => {
  let line = '';
  createEmitEvent('KaleyraNumberVerification-Function', (text) => {
    line = text;
  })({ ...sampleEvent, outcome });
  return line;
};

/** Bytes that one invocation writes to the function's log group, rounded to hundreds. */
export const measureFunctionLog = (): number =>
  100 * Math.round((writeLine('Verified').length + platformLogBytes) / 100);

/** The number of custom metrics that the function writes if it has these outcomes. */
export const countFunctionMetrics = (outcomes: readonly RequestEvent['outcome'][]): number => {
  const metrics = new Set<string>();
  for (const outcome of outcomes) {
    const fields = JSON.parse(writeLine(outcome)) as EmbeddedMetrics & Record<string, unknown>;
    for (const { Dimensions, Metrics } of fields._aws.CloudWatchMetrics) {
      for (const names of Dimensions) {
        const values = names.map((name) => `${name}=${fields[name]}`).join();
        for (const { Name } of Metrics) metrics.add(`${Name} ${values}`);
      }
    }
  }
  return metrics.size;
};

/** Bytes of one line of an access log, if each variable has about the length of an id. */
export const measureAccessLog = (format: string): number =>
  format.replaceAll(/\$context\.[\w.]+/g, 'x'.repeat(24)).length;
