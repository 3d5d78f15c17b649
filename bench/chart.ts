import { type ContestantName, contestantNames, titles } from './contestants.ts';
import { type Figure, listFigures } from './figures.ts';
import type { Results } from './measure.ts';

const width = 760;
const columns = 2;
const panel = { width: 360, height: 122, gap: 24, top: 76 };
const bar = { height: 18, pitch: 26, left: 116, longest: 130 };

/** Colors that are readable on a light and on a dark background. */
const chartStyle = `<style>
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
</style>`;

/** The main figures as an SVG with one panel of bars for each. */
export const drawChart = (results: Results): string => {
  const figures = listFigures(results);
  const height = panel.top + Math.ceil(figures.length / columns) * (panel.height + panel.gap);
  const panels = figures.map((figure, index) => {
    const x = (index % columns) * (panel.width + panel.gap) + 8;
    const y = panel.top + Math.floor(index / columns) * (panel.height + panel.gap);
    return `<g transform="translate(${x} ${y})">${drawPanel(figure)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">What one request costs: this function, a floor and a peer</title>
${chartStyle}
<text class="heading" x="8" y="24">What one request costs</text>
<text class="quiet" x="8" y="46">Shorter is better; in brackets, the ratio to the floor. ${results.machine.short}.</text>
${panels.join('\n')}
</svg>
`;
};

const drawPanel = ({ title, unit, values }: Figure): string => {
  const longest = Math.max(...contestantNames.map((name) => values[name] || 0));
  const drawBar = (name: ContestantName, index: number): string => {
    const y = 12 + index * bar.pitch;
    const value = values[name];
    const length = Math.max(1, (bar.longest * (value || 0)) / longest);
    const ratio = name !== 'floor' ? ` (${(value / values.floor).toFixed(2)})` : '';
    const text = Number.isNaN(value) ? 'ended' : `${value.toFixed(value < 10 ? 2 : 0)} ${unit}${ratio}`;
    return `<text x="${bar.left - 8}" y="${y + 14}" text-anchor="end">${titles[name]}</text>
<rect class="${name === 'this' ? 'bar this' : 'bar'}" x="${bar.left}" y="${y}" width="${length.toFixed(1)}" height="${bar.height}" rx="3"><title>${titles[name]}: ${text}</title></rect>
<text class="quiet" x="${(bar.left + length + 6).toFixed(1)}" y="${y + 14}">${text}</text>`;
  };
  return `<text class="figure" x="0" y="0">${title}</text>\n${contestantNames.map(drawBar).join('\n')}`;
};
