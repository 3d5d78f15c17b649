/**
 * On-demand prices in us-east-1 without free tiers, first tier, in US dollars, as published in 2025 and 2026.
 * @see https://aws.amazon.com/lambda/pricing/
 * @see https://aws.amazon.com/api-gateway/pricing/
 * @see https://aws.amazon.com/secrets-manager/pricing/
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const prices = {
  lambdaRequest: 0.2 / 1e6,
  /** For arm64. Init is billed like a request since August 2025. */
  lambdaGigabyteSecond: 0.0000133334,
  httpApiRequest: 1 / 1e6,
  secretMonth: 0.4,
  secretRead: 0.05 / 10_000,
  logGigabyte: 0.5,
} as const;

/** Lambda's price of requests with this memory and billed duration, in US dollars per million. */
export const lambdaCostPerMillion = (memoryMb: number, billedMs: number): number =>
  1e6 * (prices.lambdaRequest + (memoryMb / 1024) * (billedMs / 1000) * prices.lambdaGigabyteSecond);
