import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import { fields } from '../../functions/verify-number/core/parse-command.ts';

/** Whether a value is the id of a tenant of yours. The stack owns the secret of the reserved tenant. */
export const isTenantId = (value: unknown): value is string =>
  typeof value === 'string' && fields.tenant_id.pattern.test(value) && value !== releaseCheckTenantId;

/** Completes "The tenant id …". */
export const tenantIdRule = `${fields.tenant_id.accepts}, and not ${releaseCheckTenantId}, which is reserved`;
