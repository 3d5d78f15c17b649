import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** What the tool reads from and writes to. Results go to `stdout`, all else to `stderr`. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Far more than any API key has, in characters. */
const longestInput = 4096;

/**
 * Gets a secret without showing it: asks at a terminal, else reads stdin to its end, but for the last line break.
 * @throws Error if nothing comes, or too much
 */
export const readSecret = async (terminal: Terminal, question: string): Promise<string> => {
  if (terminal.stdin.isTTY) return ask(terminal, question, { shown: false });
  let text = '';
  for await (const chunk of terminal.stdin) {
    text += String(chunk);
    if (text.length > longestInput) throw new Error(`stdin holds more than ${longestInput} characters.`);
  }
  return text.replace(/\r?\n$/, '');
};

/** Asks at a terminal for a line, whose characters are shown as they are typed. */
export const readAnswer = (terminal: Terminal, question: string): Promise<string> =>
  ask(terminal, question, { shown: true });

/** Readline puts the terminal into raw mode, so that nothing is echoed but what readline itself writes. */
const ask = async (
  { stdin, stderr }: Terminal,
  question: string,
  { shown }: { readonly shown: boolean },
): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: stdin,
    output: shown ? stderr : nowhere,
    terminal: true,
    historySize: 0,
  });
  if (!shown) stderr.write(question);
  // Ctrl-C and Ctrl-D close it, and leave the question without an answer.
  const givenUp = new Promise<never>((_resolve, reject) => {
    lines.once('close', () => reject(new Error('Given up. Nothing was changed.')));
  });
  try {
    return await Promise.race([lines.question(shown ? question : ''), givenUp]);
  } finally {
    lines.close();
    if (!shown) stderr.write('\n');
  }
};
