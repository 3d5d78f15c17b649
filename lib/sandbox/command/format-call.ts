import { styleText } from 'node:util';
import { getDefinition } from '../../../functions/verify-number/core/failures.ts';
import type { RequestEvent } from '../../../functions/verify-number/telemetry/request-event.ts';
import type { RejectedRequest } from '../gateway/http-gateway.ts';

/** Formats a call as a line for people. */
export const formatCall = (event: RequestEvent, at = new Date()): string => {
  const { channel, tenant_id = '-', outcome, total_ms, pod } = event;
  const { kaleyra_code = '', phone_number = '', reason = '' } = event;
  return formatLine(at, {
    channel,
    tenantId: tenant_id,
    outcome,
    status: outcome === 'Verified' ? 200 : getDefinition(outcome).status,
    duration: `${Math.round(total_ms)} ms`,
    more: [pod, kaleyra_code.padEnd(7), phone_number, reason],
  });
};

/** Formats a request that never reached the function. Its path is not shown, because nothing has checked it. */
export const formatRejection = ({ status, message }: RejectedRequest, at = new Date()): string =>
  formatLine(at, { channel: 'http', tenantId: '-', outcome: message, status, duration: 'gateway', more: [] });

interface Line {
  readonly channel: string;
  readonly tenantId: string;
  readonly outcome: string;
  readonly status: number;
  readonly duration: string;
  readonly more: readonly string[];
}

const formatLine = (at: Date, { channel, tenantId, outcome, status, duration, more }: Line): string => {
  const colour = status < 400 ? 'green' : status < 500 ? 'yellow' : 'red';
  return [
    styleText('dim', at.toTimeString().slice(0, 8)),
    channel.padEnd(6),
    tenantId.padEnd(12),
    styleText(colour, outcome.padEnd(24)),
    duration.padStart(8),
    ...more,
  ]
    .join('  ')
    .trimEnd();
};
