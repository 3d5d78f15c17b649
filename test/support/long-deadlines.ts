/**
 * Preloaded into a process whose requests must succeed, however busy the machine is: makes its
 * deadlines thirty times as long. The pauses between retries stay as they are.
 */
const { setTimeout } = globalThis;
const shortestDeadlineMs = 300;

const startTimer = (run: () => void, ms = 0): NodeJS.Timeout =>
  setTimeout(run, ms < shortestDeadlineMs ? ms : 30 * ms);

Object.assign(globalThis, { setTimeout: startTimer });
