import { PassThrough, Readable, Writable } from 'node:stream';

/** A stream that keeps what is written to it. */
export const keepingStream = (): { stream: Writable; text: () => string } => {
  let written = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written += chunk;
      done();
    },
  });
  return { stream, text: () => written };
};

/** A stdin that something is piped into. */
export const pipedStdin = (text = ''): NodeJS.ReadableStream => Readable.from([text]);

/** A stdin at which somebody types. `rawModes` says how the terminal was switched: in raw mode it echoes nothing. */
export const typedStdin = (keys: string) => {
  const rawModes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => {
      rawModes.push(on);
      // Whoever types waits for the question.
      if (on) setImmediate(() => stdin.write(keys));
    },
  });
  return { stdin, rawModes };
};
