/** The tenant id that release checks use. The stack creates its secret with a value that is not credentials. */
export const releaseCheckTenantId = '_release-check';
