/** The time axis of a trace, and where its steps are on it. */

/** @import { TracedCall, TraceStep } from '../../trace/traced-call.ts' */

/**
 * @typedef {object} Axis
 * @property {number} endMs
 * @property {readonly number[]} ticks in milliseconds
 */

/** Roughly how many ticks an axis has. */
const wantedTicks = 5;

/** @param {TracedCall} call @returns {Axis} */
export const toAxis = (call) => {
  const ends = call.steps.map(({ startMs, durationMs = 0 }) => startMs + durationMs);
  const endMs = Math.max(1, call.result?.totalMs ?? getElapsed(call), ...ends);
  const step = niceStep(endMs / wantedTicks);
  const ticks = Array.from({ length: Math.floor(endMs / step) + 1 }, (_, index) => index * step);
  return { endMs, ticks: ticks.filter((tick) => tick < endMs * 0.97) };
};

/** 1, 2 or 5 times a power of ten. @param {number} rough */
const niceStep = (rough) => {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
  return factor * power;
};

/** Milliseconds since a running call arrived, by the browser's clock: the same machine's. @param {TracedCall} call */
const getElapsed = ({ startedAt }) => Math.max(0, Date.now() - Date.parse(startedAt));

/** Width of the bar of a step that is too short to be visible, in pixels. */
const minWidth = '3';

/**
 * Start and width of a step's bar, as SVG attributes. A running step reaches to the end.
 * @param {TraceStep} step
 * @param {Axis} axis
 */
export const toBar = ({ startMs, durationMs }, { endMs }) => {
  const x = (100 * Math.min(startMs, endMs)) / endMs;
  const width = Math.min(durationMs === undefined ? 100 : (100 * durationMs) / endMs, 100 - x);
  return { x: `${x}%`, width: width < 0.5 ? minWidth : `${width}%` };
};
