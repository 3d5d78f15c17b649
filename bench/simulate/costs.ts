import { prices } from '../../scripts/costs/prices.ts';
import { lambdaCostPerMillion } from '../lambda-cost.ts';
import type { Assumptions, Scenario } from './scenarios.ts';

/** US dollars per million requests, by component. */
export interface Costs {
  readonly lambda: number;
  readonly httpApi: number;
  readonly secretReads: number;
  readonly logs: number;
  /** Storing the tenants' secrets, which depends on their number only. */
  readonly secrets: number;
}

const secondsPerMonth = (365.25 / 12) * 24 * 3600;

export const calculateCosts = (
  { tenants, requestsPerSecond, figures }: Scenario,
  { memoryMb, logBytes }: Assumptions,
): Costs => ({
  lambda: lambdaCostPerMillion(memoryMb, figures.billedMs / figures.requests),
  httpApi: 1e6 * prices.httpRequest.usd,
  secretReads: (1e6 * prices.secretCall.usd * figures.reads) / figures.requests,
  logs: 1e6 * logBytes * 1e-9 * prices.logGbIngested.usd,
  secrets: (1e6 * prices.secret.usd * tenants) / (requestsPerSecond * secondsPerMonth),
});
