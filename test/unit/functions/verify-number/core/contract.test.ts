import { describe, expect, it } from '@jest/globals';
import {
  maxRequestBytes,
  releaseCheckTenantId,
  routeKey,
  routeMethod,
  routePath,
} from '../../../../../functions/verify-number/core/contract.ts';
import { fields } from '../../../../../functions/verify-number/core/parse-command.ts';

describe('the contract', () => {
  it('has one route', () => {
    expect(routeKey).toBe('POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify');
    expect(`${routeMethod} ${routePath}`).toBe(routeKey);
  });

  it('accepts requests of up to 4 KiB', () => {
    expect(maxRequestBytes).toBe(4096);
  });

  it('reserves a tenant id that a request can contain', () => {
    expect(releaseCheckTenantId).toBe('_release-check');
    expect(releaseCheckTenantId).toMatch(fields.tenant_id.pattern);
  });
});
