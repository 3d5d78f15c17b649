import { prices } from '../scripts/costs/prices.ts';

/**
 * Lambda's price of requests on arm64 with this memory and billed duration, in US dollars per million. Init is billed like
 * a request.
 * @see https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
 */
export const lambdaCostPerMillion = (memoryMb: number, billedMs: number): number =>
  1e6 * (prices.invocation.usd + (memoryMb / 1024) * (billedMs / 1000) * prices.armGbSecond.usd);
