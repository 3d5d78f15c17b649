/** The lines that the sandbox prints for calls. */
import { styleText } from 'node:util';
import { getDefinition } from '../../../functions/verify-number/core/failures.ts';
import type { RequestEvent } from '../../../functions/verify-number/telemetry/request-event.ts';
import type { RejectedRequest } from '../trace/traced-call.ts';

/** Formats a call as a line for people. */
export const formatCall = (event: RequestEvent, at = new Date()): string => {
  const { channel, tenant_id = '-', outcome, total_ms, pod } = event;
  const { kaleyra_code = '', phone_number = '', reason = '' } = event;
  const status = outcome === 'Verified' ? 200 : getDefinition(outcome).status;
  const more = [pod, kaleyra_code.padEnd(7), phone_number, reason];
  return formatLine(at, channel, tenant_id, outcome, status, `${Math.round(total_ms)} ms`, ...more);
};

/** Formats a request that never reached the function. Its path is not shown, because nothing has checked it. */
export const formatRejection = ({ status, message }: RejectedRequest, at = new Date()): string =>
  formatLine(at, 'http', '-', message, status, 'gateway');

const formatLine = (
  at: Date,
  channel: string,
  tenantId: string,
  outcome: string,
  status: number,
  ...more: string[]
): string => {
  const colour = status < 400 ? 'green' : status < 500 ? 'yellow' : 'red';
  const [duration = '', ...others] = more;
  return [
    styleText('dim', at.toTimeString().slice(0, 8)),
    channel.padEnd(6),
    tenantId.padEnd(12),
    styleText(colour, outcome.padEnd(24)),
    duration.padStart(8),
    ...others,
  ]
    .join('  ')
    .trimEnd();
};
