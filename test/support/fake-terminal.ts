/** Terminals for the tenant tool. */
import { EventEmitter } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { Terminal } from '../../lib/tenant-tool/prompt.ts';

export interface FakeTerminal extends Terminal {
  /** Sends a signal to the listeners of the terminal. */
  emit(signal: string): boolean;
  readonly written: { stdout: string; stderr: string };
}

const createTerminal = (
  stdin: Terminal['stdin'],
  isTTY: boolean,
  onStderr: (text: string) => void = () => {},
): FakeTerminal => {
  const written = { stdout: '', stderr: '' };
  const outputTo = (name: 'stdout' | 'stderr') => {
    const write = (text: string, _encoding: string, done: () => void) => {
      written[name] += text;
      if (name === 'stderr') onStderr(text);
      done();
    };
    return Object.assign(new Writable({ decodeStrings: false, write }), { isTTY });
  };
  const streams = { stdin, stdout: outputTo('stdout'), stderr: outputTo('stderr'), written };
  return Object.assign(new EventEmitter(), streams);
};

/** A terminal whose stdin is a pipe. */
export const pipedTerminal = (text = '', isTTY = false): FakeTerminal =>
  createTerminal(Readable.from([text]), isTTY);

/**
 * A terminal at which a person types.
 * @param lines the keys that are typed after each question
 * @param typedAhead keys that are typed before the first question
 */
export const typedTerminal = (lines: readonly string[], typedAhead = ''): FakeTerminal => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  if (typedAhead) stdin.write(typedAhead);
  const remaining = [...lines];
  return createTerminal(stdin, true, (text) => {
    if (text.endsWith(': ')) setImmediate(() => stdin.write(remaining.shift() ?? ''));
  });
};
