/** List prices of AWS in us-east-1, in US dollars, without free tiers and volume discounts. */

interface Price {
  readonly usd: number;
  /** What `usd` pays for. */
  readonly unit: string;
  /** The page of AWS that states the price. */
  readonly page: string;
  readonly source: keyof typeof priceSources;
}

/** Where prices were read. None was read from AWS's live pages. */
export const priceSources = {
  copy: "in a copy of AWS's page that was made on 2026-09-20",
  quoted: "second-hand, in public repositories that quote AWS's page or price list, on 2026-11-24",
} as const;

const toPricingUrl = (service: string): string => `https://aws.amazon.com/${service}/pricing/`;
const million = 1_000_000;

export const prices = {
  secret: { usd: 0.4, unit: 'secret for a month', page: toPricingUrl('secrets-manager'), source: 'copy' },
  secretCall: {
    usd: 0.05 / 10_000,
    unit: 'call of Secrets Manager',
    page: toPricingUrl('secrets-manager'),
    source: 'copy',
  },
  httpRequest: {
    usd: 1 / million,
    unit: 'request to the HTTP API',
    page: toPricingUrl('api-gateway'),
    source: 'copy',
  },
  invocation: {
    usd: 0.2 / million,
    unit: 'invocation of the function',
    page: toPricingUrl('lambda'),
    source: 'copy',
  },
  armGbSecond: {
    usd: 0.0000133334,
    unit: 'GB-second on arm64',
    page: toPricingUrl('lambda'),
    source: 'quoted',
  },
  x86GbSecond: {
    usd: 0.0000166667,
    unit: 'GB-second on x86_64',
    page: toPricingUrl('lambda'),
    source: 'quoted',
  },
  armProvisionedGbSecond: {
    usd: 0.0000033334,
    unit: 'GB-second of provisioned concurrency on arm64',
    page: toPricingUrl('lambda'),
    source: 'quoted',
  },
  x86ProvisionedGbSecond: {
    usd: 0.0000041667,
    unit: 'GB-second of provisioned concurrency on x86_64',
    page: toPricingUrl('lambda'),
    source: 'quoted',
  },
  alarmMetric: {
    usd: 0.1,
    unit: 'metric of an alarm for a month',
    page: toPricingUrl('cloudwatch'),
    source: 'quoted',
  },
  customMetric: {
    usd: 0.3,
    unit: 'custom metric for a month',
    page: toPricingUrl('cloudwatch'),
    source: 'quoted',
  },
  dashboard: { usd: 3, unit: 'dashboard for a month', page: toPricingUrl('cloudwatch'), source: 'quoted' },
  logGbIngested: {
    usd: 0.5,
    unit: 'GB of logs written',
    page: toPricingUrl('cloudwatch'),
    source: 'quoted',
  },
  logGbMonth: {
    usd: 0.03,
    unit: 'GB of logs kept for a month',
    page: toPricingUrl('cloudwatch'),
    source: 'quoted',
  },
  tableWrite: {
    usd: 0.625 / million,
    unit: 'DynamoDB write request unit',
    page: toPricingUrl('dynamodb'),
    source: 'quoted',
  },
  natHour: { usd: 0.045, unit: 'hour of a NAT gateway', page: toPricingUrl('vpc'), source: 'quoted' },
  publicIpv4Hour: {
    usd: 0.005,
    unit: 'hour of a public IPv4 address',
    page: toPricingUrl('vpc'),
    source: 'quoted',
  },
  endpointHour: {
    usd: 0.01,
    unit: 'hour of an interface endpoint in one zone',
    page: toPricingUrl('privatelink'),
    source: 'quoted',
  },
  kmsKey: { usd: 1, unit: 'KMS key for a month', page: toPricingUrl('kms'), source: 'quoted' },
  kmsCall: { usd: 0.03 / 10_000, unit: 'request to KMS', page: toPricingUrl('kms'), source: 'quoted' },
  trace: { usd: 5 / million, unit: 'recorded trace', page: toPricingUrl('xray'), source: 'quoted' },
  stateTransition: {
    usd: 0.025 / 1000,
    unit: 'state transition',
    page: toPricingUrl('step-functions'),
    source: 'quoted',
  },
  queueRequest: { usd: 0.4 / million, unit: 'request to SQS', page: toPricingUrl('sqs'), source: 'quoted' },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;

/** Quantities by price. */
export type Quantities = Partial<Record<PriceName, number>>;

export const addQuantities = (...all: readonly Quantities[]): Quantities => {
  const sum: Quantities = {};
  for (const quantities of all) {
    for (const [name, quantity] of Object.entries(quantities) as [PriceName, number][]) {
      sum[name] = (sum[name] ?? 0) + quantity;
    }
  }
  return sum;
};

export const multiplyQuantities = (quantities: Quantities, factor: number): Quantities =>
  Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, quantity * factor]));

/** US dollars. */
export const getCost = (quantities: Quantities): number =>
  (Object.entries(quantities) as [PriceName, number][]).reduce(
    (sum, [name, quantity]) => sum + prices[name].usd * quantity,
    0,
  );
