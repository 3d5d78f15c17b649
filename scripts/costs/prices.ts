/** List prices of AWS in us-east-1, in US dollars, without free tiers and volume discounts. */

interface Price {
  readonly usd: number;
  /** What `usd` pays for. */
  readonly unit: string;
  /** The page of AWS that states the price. */
  readonly source: string;
  readonly basis: keyof typeof bases;
}

/** How a price was read. None was read from AWS's live pages. */
export const bases = {
  copy: "in a copy of AWS's page that was made on 2026-09-20",
  quoted: "second-hand, in public repositories that quote AWS's page or price list, on 2026-11-24",
} as const;

const toPricingUrl = (service: string): string => `https://aws.amazon.com/${service}/pricing/`;
const million = 1_000_000;

export const prices = {
  secret: { usd: 0.4, unit: 'secret for a month', source: toPricingUrl('secrets-manager'), basis: 'copy' },
  secretCall: {
    usd: 0.05 / 10_000,
    unit: 'call of Secrets Manager',
    source: toPricingUrl('secrets-manager'),
    basis: 'copy',
  },
  httpRequest: {
    usd: 1 / million,
    unit: 'request to the HTTP API',
    source: toPricingUrl('api-gateway'),
    basis: 'copy',
  },
  invocation: {
    usd: 0.2 / million,
    unit: 'invocation of the function',
    source: toPricingUrl('lambda'),
    basis: 'copy',
  },
  armGbSecond: {
    usd: 0.0000133334,
    unit: 'GB-second on arm64',
    source: toPricingUrl('lambda'),
    basis: 'quoted',
  },
  x86GbSecond: {
    usd: 0.0000166667,
    unit: 'GB-second on x86_64',
    source: toPricingUrl('lambda'),
    basis: 'quoted',
  },
  armProvisionedGbSecond: {
    usd: 0.0000033334,
    unit: 'GB-second of provisioned concurrency on arm64',
    source: toPricingUrl('lambda'),
    basis: 'quoted',
  },
  x86ProvisionedGbSecond: {
    usd: 0.0000041667,
    unit: 'GB-second of provisioned concurrency on x86_64',
    source: toPricingUrl('lambda'),
    basis: 'quoted',
  },
  alarmMetric: {
    usd: 0.1,
    unit: 'metric of an alarm for a month',
    source: toPricingUrl('cloudwatch'),
    basis: 'quoted',
  },
  customMetric: {
    usd: 0.3,
    unit: 'custom metric for a month',
    source: toPricingUrl('cloudwatch'),
    basis: 'quoted',
  },
  dashboard: { usd: 3, unit: 'dashboard for a month', source: toPricingUrl('cloudwatch'), basis: 'quoted' },
  logGbIngested: {
    usd: 0.5,
    unit: 'GB of logs written',
    source: toPricingUrl('cloudwatch'),
    basis: 'quoted',
  },
  logGbMonth: {
    usd: 0.03,
    unit: 'GB of logs kept for a month',
    source: toPricingUrl('cloudwatch'),
    basis: 'quoted',
  },
  tableWrite: {
    usd: 0.625 / million,
    unit: 'DynamoDB write request unit',
    source: toPricingUrl('dynamodb'),
    basis: 'quoted',
  },
  natHour: { usd: 0.045, unit: 'hour of a NAT gateway', source: toPricingUrl('vpc'), basis: 'quoted' },
  publicIpv4Hour: {
    usd: 0.005,
    unit: 'hour of a public IPv4 address',
    source: toPricingUrl('vpc'),
    basis: 'quoted',
  },
  endpointHour: {
    usd: 0.01,
    unit: 'hour of an interface endpoint in one zone',
    source: toPricingUrl('privatelink'),
    basis: 'quoted',
  },
  kmsKey: { usd: 1, unit: 'KMS key for a month', source: toPricingUrl('kms'), basis: 'quoted' },
  kmsCall: { usd: 0.03 / 10_000, unit: 'request to KMS', source: toPricingUrl('kms'), basis: 'quoted' },
  trace: { usd: 5 / million, unit: 'recorded trace', source: toPricingUrl('xray'), basis: 'quoted' },
  stateTransition: {
    usd: 0.025 / 1000,
    unit: 'state transition',
    source: toPricingUrl('step-functions'),
    basis: 'quoted',
  },
  queueRequest: { usd: 0.4 / million, unit: 'request to SQS', source: toPricingUrl('sqs'), basis: 'quoted' },
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
