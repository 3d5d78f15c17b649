import type { FailureCode } from '../core/failures.ts';

/** How long a failed read of a secret is remembered, so that repeated requests do not cause repeated reads. Milliseconds. */
export const rememberedMs = {
  TenantUnknown: 30_000,
  CredentialsMisconfigured: 30_000,
  CredentialsUnavailable: 2000,
} as const satisfies Partial<Record<FailureCode, number>>;
