import { fields } from '../../functions/verify-number/core/parse-command.ts';

/** The tenant whose secret the stack creates for release checks. It is not a tenant of yours. */
export const reservedTenantId = '_release-check';

export const isTenantId = (value: unknown): value is string =>
  typeof value === 'string' && fields.tenant_id.pattern.test(value) && value !== reservedTenantId;

/** Completes "The tenant id …". */
export const tenantIdRule = `${fields.tenant_id.accepts}, and not ${reservedTenantId}, which is reserved`;
