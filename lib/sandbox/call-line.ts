import { styleText } from 'node:util';
import { catalogue } from '../../functions/verify-number/core/failures.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import type { GatewayRefusal } from './gateway/http-gateway.ts';

/** One call as a line to read: when, channel, tenant, outcome, how long, pod, and what else is known of it. */
export const callLine = (record: RequestEvent, at = new Date()): string => {
  const { channel, tenant_id = '-', outcome, total_ms, pod, kaleyra_code = '', phone_number = '' } = record;
  const status = outcome === 'Verified' ? 200 : catalogue[outcome].status;
  return line(
    at,
    channel,
    tenant_id,
    outcome,
    status,
    `${Math.round(total_ms)} ms`,
    pod,
    kaleyra_code.padEnd(7),
    phone_number,
  );
};

/** A request that never reached the function. Its path is not repeated: nobody has checked it. */
export const refusalLine = ({ status, message }: GatewayRefusal, at = new Date()): string =>
  line(at, 'http', '-', message, status, 'gateway');

const line = (
  at: Date,
  channel: string,
  tenant: string,
  outcome: string,
  status: number,
  took: string,
  ...more: readonly string[]
): string => {
  const colour = status < 400 ? 'green' : status < 500 ? 'yellow' : 'red';
  return [
    styleText('dim', at.toTimeString().slice(0, 8)),
    channel.padEnd(6),
    tenant.padEnd(12),
    styleText(colour, outcome.padEnd(24)),
    took.padStart(8),
    ...more,
  ]
    .join('  ')
    .trimEnd();
};
