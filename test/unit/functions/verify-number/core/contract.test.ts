import { describe, expect, it } from '@jest/globals';
import {
  maxRequestBytes,
  routeKey,
  routeMethod,
  routePath,
} from '../../../../../functions/verify-number/core/contract.ts';

describe('the contract', () => {
  it('has the one route that callers know', () => {
    expect(routeKey).toBe('POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify');
    expect(`${routeMethod} ${routePath}`).toBe(routeKey);
  });

  it('takes requests of up to 4 KiB', () => {
    expect(maxRequestBytes).toBe(4096);
  });
});
