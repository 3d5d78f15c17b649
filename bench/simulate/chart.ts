import { chartStyle } from '../chart.ts';
import { secretReads } from './quotas.ts';
import { zipfShares } from './random.ts';
import {
  type Assumptions,
  expectedReads,
  requestRates,
  type Scenario,
  skew,
  tenantCounts,
} from './scenarios.ts';

const plot = { left: 76, top: 64, width: 540, height: 300 };
const range = { x: [0, 4], y: [-2, 4] } as const;
const kinds = ['line', 'line b', 'line c'] as const;

const toX = (rate: number): number =>
  plot.left + (plot.width * (Math.log10(rate) - range.x[0])) / (range.x[1] - range.x[0]);
const toY = (reads: number): number =>
  plot.top + (plot.height * (range.y[1] - Math.log10(reads))) / (range.y[1] - range.y[0]);

/** Reads of secrets per second by requests per second: expected as lines, simulated as dots. */
export const drawScaleChart = (scenarios: readonly Scenario[], { durations, ttlMs }: Assumptions): string => {
  const steps = Array.from({ length: 41 }, (_, index) => 10 ** (range.x[0] + index / 10));
  const lines = tenantCounts.map((tenants, index) => {
    const shares = zipfShares(tenants, skew);
    const points = steps.map((rate) => {
      const reads = expectedReads(shares, rate, (rate * durations.requestMs) / 1000, ttlMs / 1000);
      return `${toX(rate).toFixed(1)},${toY(reads).toFixed(1)}`;
    });
    const dots = scenarios
      .filter((scenario) => scenario.tenants === tenants)
      .map(({ requestsPerSecond, figures, measuredSeconds }) => {
        const y = toY(figures.reads / measuredSeconds).toFixed(1);
        return `<circle class="dot" cx="${toX(requestsPerSecond).toFixed(1)}" cy="${y}" r="4"/>`;
      });
    const end = Number(points.at(-1)?.split(',')[1]);
    // The label of the most tenants moves up, because its line is close to the next one.
    const labelY = end + (index === tenantCounts.length - 1 ? -6 : 8);
    return `<polyline class="${kinds[index]}" points="${points.join(' ')}"/>
${dots.join('\n')}
<text x="${plot.left + plot.width + 10}" y="${labelY}">${tenants.toLocaleString('en-US')} tenants</text>`;
  });
  const bottom = plot.top + plot.height;
  const xLabels = requestRates.map(
    (rate) =>
      `<text class="quiet" x="${toX(rate)}" y="${bottom + 20}" text-anchor="middle">${rate.toLocaleString('en-US')}</text>`,
  );
  const yLabels = [0.01, 1, 100, 10_000].map(
    (reads) =>
      `<text class="quiet" x="${plot.left - 8}" y="${toY(reads) + 4}" text-anchor="end">${reads.toLocaleString('en-US')}</text>`,
  );
  const limit = toY(secretReads.limit);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${bottom + 52}" role="img" aria-labelledby="title">
<title id="title">Reads of secrets per second by requests per second, for 100, 10,000 and 1,000,000 tenants</title>
${chartStyle}
<text class="heading" x="8" y="24">Reads of secrets per second</text>
<text class="quiet" x="8" y="46">Lines: expected. Dots: simulated. Dashed: the quota of ${secretReads.limit.toLocaleString('en-US')} per second.</text>
<path class="axis" d="M${plot.left} ${plot.top}V${bottom}H${plot.left + plot.width}"/>
<path class="limit" d="M${plot.left} ${limit}H${plot.left + plot.width}"/>
${xLabels.join('\n')}
${yLabels.join('\n')}
<text class="quiet" x="${plot.left + plot.width / 2}" y="${bottom + 42}" text-anchor="middle">requests per second</text>
${lines.join('\n')}
</svg>
`;
};
