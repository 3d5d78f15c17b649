/** Terminals for the tenant tool. */
import { EventEmitter } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { Terminal } from '../../lib/tenant-tool/terminal.ts';

export interface FakeTerminal extends Terminal {
  /** Sends a signal to the listeners of the terminal. */
  emit(signal: string): boolean;
  readonly written: () => { readonly stdout: string; readonly stderr: string };
}

const createFakeTerminal = (
  stdin: Terminal['stdin'],
  onStderr: (text: string) => void = () => {},
  isTTY = false,
): FakeTerminal => {
  const written = { stdout: '', stderr: '' };
  const outputTo = (name: 'stdout' | 'stderr') =>
    Object.assign(
      new Writable({
        write: (chunk, _encoding, done) => {
          written[name] += chunk;
          if (name === 'stderr') onStderr(String(chunk));
          done();
        },
      }),
      { isTTY },
    );
  return Object.assign(new EventEmitter(), {
    stdin,
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    written: () => written,
  });
};

/** A terminal whose stdin is a pipe. */
export const pipedTerminal = (text = ''): FakeTerminal => createFakeTerminal(Readable.from([text]));

/**
 * A terminal at which a person types.
 * @param lines the keys that are typed after each question
 * @param typedAhead keys that are typed before the first question
 */
export const typedTerminal = (lines: readonly string[], typedAhead = '') => {
  const rawModes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => rawModes.push(on),
  });
  if (typedAhead) stdin.write(typedAhead);
  const remaining = [...lines];
  const type = (text: string): void => {
    if (text.endsWith(': ')) setImmediate(() => stdin.write(remaining.shift() ?? ''));
  };
  return { terminal: createFakeTerminal(stdin, type, true), rawModes };
};
