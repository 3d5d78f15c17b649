import { type ContestantName, contestantNames, titles } from './contestants.ts';
import { type Figure, figuresOf } from './figures.ts';
import type { Results } from './results.ts';

const width = 760;
const columns = 2;
const panel = { width: 360, height: 122, gap: 24, top: 76 };
const bar = { height: 18, pitch: 26, left: 96, longest: 150 };

/** The figures that a reader looks for first. */
const shown = ['Cold start', 'Warm p50', 'Warm p99', 'Peak RSS', 'Bundle', 'Secrets Manager calls of'];

const shortTitles: Readonly<Record<ContestantName, string>> = {
  floor: 'Floor',
  this: 'This function',
  powertools: 'Powertools',
  tutorial: 'Tutorial',
};

/** Bars as SVG, a panel for each figure: ratios to the floor, with the values beside them. Light and dark. */
export const chartOf = (results: Results): string => {
  const figures = shown.flatMap(
    (start) =>
      figuresOf(results).find(({ title, unit }) => title.startsWith(start) && unit !== 'per second') ?? [],
  );
  const rows = Math.ceil(figures.length / columns);
  const height = panel.top + rows * (panel.height + panel.gap);
  const panels = figures.map((figure, index) => {
    const x = (index % columns) * (panel.width + panel.gap) + 8;
    const y = panel.top + Math.floor(index / columns) * (panel.height + panel.gap);
    return `<g transform="translate(${x} ${y})">${panelOf(figure)}</g>`;
  });
  const { takenAt, cores, node } = results.machine;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">What one request costs: this function against a floor and two peers</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.heading { font-size: 18px; font-weight: 600; }
.figure { font-weight: 600; }
.quiet { fill: #59636e; }
.bar { fill: #afb8c1; }
.this { fill: #0969da; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.quiet { fill: #9198a1; }
.bar { fill: #656c76; }
.this { fill: #4493f8; }
}
</style>
<text class="heading" x="8" y="24">What one request costs</text>
<text class="quiet" x="8" y="46">Shorter is better; in brackets, the ratio to the floor. ${takenAt.slice(0, 10)}, Node ${node}, ${cores} cores.</text>
${panels.join('\n')}
</svg>
`;
};

const panelOf = ({ title, unit, values }: Figure): string => {
  const longest = Math.max(...contestantNames.map((name) => values[name]));
  const hasRatio = unit === 'ms' || unit === 'MB';
  const bars = contestantNames.map((name, index) => {
    const y = 12 + index * bar.pitch;
    const value = values[name];
    const length = Math.max(1, (bar.longest * value) / longest);
    const ratio = hasRatio && name !== 'floor' ? ` (${(value / values.floor).toFixed(2)})` : '';
    const text = `${value < 10 && unit !== 'calls' ? value.toFixed(2) : value.toFixed(0)}${unit === 'calls' ? '' : ` ${unit}`}${ratio}`;
    const kind = name === 'this' ? 'bar this' : 'bar';
    return `<text x="${bar.left - 8}" y="${y + 14}" text-anchor="end">${shortTitles[name]}</text>
<rect class="${kind}" x="${bar.left}" y="${y}" width="${length.toFixed(1)}" height="${bar.height}" rx="3"><title>${titles[name]}: ${text}</title></rect>
<text class="quiet" x="${(bar.left + length + 6).toFixed(1)}" y="${y + 14}">${text}</text>`;
  });
  return `<text class="figure" x="0" y="0">${title}</text>\n${bars.join('\n')}`;
};
