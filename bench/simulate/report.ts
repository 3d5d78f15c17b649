import { prices } from '../../scripts/costs/prices.ts';
import { table, toDigits } from '../document.ts';
import type { Calibration } from './calibrate.ts';
import { calculateCosts } from './costs.ts';
import { quotas, rankQuotas, secretReads } from './quotas.ts';
import { zipfShares } from './random.ts';
import {
  type Assumptions,
  expectedReads,
  lifetimes,
  requestRates,
  type Scenario,
  skew,
  tenantCounts,
} from './scenarios.ts';

/** The blocks of docs/scale.md, in Markdown. */
export const scaleBlocks = (
  scenarios: readonly Scenario[],
  assumptions: Assumptions,
  calibration: Calibration,
) => ({
  assumptions: assumptionsList(assumptions),
  calibration: calibrationSentence(calibration),
  fleet: fleetTable(scenarios),
  first: breakingTable(scenarios),
  quotas: quotasTable(),
  ttl: ttlTable(scenarios),
  cost: costTable(scenarios, assumptions),
});

const size = ({ tenants, requestsPerSecond }: Scenario): string[] => [
  tenants.toLocaleString('en-US'),
  requestsPerSecond.toLocaleString('en-US'),
];

/** A share as a percentage. */
const percent = (share: number): string => `${toDigits(100 * share)} %`;

const assumptionsList = ({ memoryMb, ttlMs, durations, latencies, logBytes }: Assumptions): string => {
  const { initMs, requestMs, firstRequestMs, readMs } = durations;
  const largest = tenantCounts.map(
    (tenants) => `${percent(zipfShares(tenants, skew)[0] ?? 0)} of ${tenants.toLocaleString('en-US')}`,
  );
  return [
    `- Durations of the [benchmark](performance.md) with ${memoryMb} MB, Kaleyra responding after ` +
      `${latencies.kaleyraMs} ms and Secrets Manager after ${latencies.secretsManagerMs} ms: init ${toDigits(initMs)} ms, a ` +
      `request ${toDigits(requestMs)} ms, a read of a secret ${toDigits(readMs)} ms more, the first request of an ` +
      `environment ${toDigits(firstRequestMs)} ms more.`,
    `- Zipf exponent ${skew}: the largest tenant has ${largest.join(', ')} tenants' requests.`,
    `- \`secretTtlSeconds\` is ${ttlMs / 1000}. Environments end after ${lifetimes.idleMs / 60_000} idle minutes, and after ` +
      `${lifetimes.totalMs / 3_600_000} hours in any case.`,
    `- The log of a request has ${logBytes} bytes, including Lambda's own lines.`,
  ].join('\n');
};

const calibrationSentence = ({ requests, environments, simulatedReads, countedReads }: Calibration): string =>
  `${requests.toLocaleString('en-US')} requests in ${environments} environments: ` +
  `${simulatedReads.toLocaleString('en-US')} reads simulated, ${countedReads.toLocaleString('en-US')} counted ` +
  `(${percent(Math.abs(simulatedReads / countedReads - 1))} apart; at most 5 % are accepted).`;

const fleetTable = (scenarios: readonly Scenario[]): string =>
  table([
    [
      'tenants',
      'requests/s',
      'concurrency (peak)',
      'cold starts per 1,000',
      'reads/s',
      'of the quota',
      'requests that read',
    ],
    ...scenarios.map((scenario) => {
      const { figures, measuredSeconds } = scenario;
      const reads = figures.reads / measuredSeconds;
      return [
        ...size(scenario),
        `${toDigits(figures.concurrency)} (${toDigits(figures.peakConcurrency)})`,
        toDigits((1000 * figures.coldStarts) / figures.requests),
        toDigits(reads),
        percent(reads / secretReads.limit),
        percent(figures.reads / figures.requests),
      ];
    }),
  ]);

const breakingTable = (scenarios: readonly Scenario[]): string =>
  table([
    ['tenants', 'requests/s', 'exceeded, the most first', 'not exceeded, most used'],
    ...scenarios.map((scenario) => {
      const ranked = rankQuotas(scenario).map(({ quota, share }) => ({
        share,
        text: `${quota.name} (${share > 1 ? `${toDigits(share)} times` : percent(share)})`,
      }));
      const exceeded = ranked.filter(({ share }) => share > 1).map(({ text }) => text);
      const next = ranked.find(({ share }) => share <= 1)?.text ?? '';
      return [...size(scenario), exceeded.join('; ') || 'none', next];
    }),
  ]);

const quotasTable = (): string =>
  table([
    ['limit', 'default', 'what it limits', 'what changes it'],
    ...quotas.map(({ name, describes, limit, source, remedy }) => [
      name,
      `[${limit.toLocaleString('en-US')}](${source})`,
      describes,
      remedy,
    ]),
  ]);

const ttls = [300, 900, 3600] as const;

/** Expected reads per second at the highest rate, next to the simulated ones. */
const ttlTable = (scenarios: readonly Scenario[]): string => {
  const rate = Math.max(...requestRates);
  return table([
    [
      `tenants, at ${rate.toLocaleString('en-US')} requests/s`,
      'simulated, 300 s',
      ...ttls.map((ttl) => `expected, ${ttl} s`),
    ],
    ...scenarios
      .filter(({ requestsPerSecond }) => requestsPerSecond === rate)
      .map(({ tenants, figures, measuredSeconds }) => {
        const shares = zipfShares(tenants, skew);
        return [
          tenants.toLocaleString('en-US'),
          toDigits(figures.reads / measuredSeconds),
          ...ttls.map((ttl) => toDigits(expectedReads(shares, rate, figures.concurrency, ttl))),
        ];
      }),
  ]);
};

const costTable = (scenarios: readonly Scenario[], assumptions: Assumptions): string =>
  table([
    [
      'tenants',
      'requests/s',
      'Lambda',
      'HTTP API',
      'reads',
      'logs',
      'sum',
      'stored secrets',
      '$ per month for them',
    ],
    ...scenarios.map((scenario) => {
      const { lambda, httpApi, secretReads: reads, logs, secrets } = calculateCosts(scenario, assumptions);
      const cells = [lambda, httpApi, reads, logs, lambda + httpApi + reads + logs];
      return [
        ...size(scenario),
        ...cells.map((dollars) => dollars.toFixed(2)),
        toDigits(secrets),
        Math.round(prices.secret.usd * scenario.tenants).toLocaleString('en-US'),
      ];
    }),
  ]);
