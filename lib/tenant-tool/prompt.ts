/** Questions at a terminal. The terminal shows nothing of what is typed, except the answers to some questions. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** The part of `process` that the tool uses. Results go to `stdout`, everything else to `stderr`. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    readonly setRawMode?: (on: boolean) => unknown;
  };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGCONT';

export interface Prompt {
  /**
   * Asks a question and reads the line that is typed after it. Ignores what was typed before it, and reports that.
   * @param isShown whether the terminal shows the answer
   * @throws Error after Ctrl-C or Ctrl-D, or if the answer has several lines
   */
  ask(question: string, isShown?: boolean): Promise<string>;
  close(): void;
}

/**
 * Opens the prompt, which hides what is typed from then on.
 * @param onCancel called after Ctrl-C while no question is open
 */
export const openPrompt = (terminal: Terminal, onCancel: () => void): Prompt => {
  const { stdin, stderr } = terminal;
  let question: PromiseWithResolvers<string> | undefined;
  let isShown = false;
  let hasIgnored = false;
  let isClosed = false;
  const output = new Writable({
    decodeStrings: false,
    write: (text, _encoding, done) => {
      if (isShown && text !== '\r\n') stderr.write(text);
      done();
    },
  });

  const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
  lines.on('line', (line) => {
    hasIgnored ||= !question;
    question?.resolve(line);
    question = undefined;
  });
  lines.on('SIGINT', () => {
    if (question) question.reject(new Error('Cancelled. Nothing was changed.'));
    else onCancel();
  });
  // Ctrl-Z would stop this process but not npm, and the terminal would show what is typed next.
  lines.on('SIGTSTP', () => {});
  lines.on('close', () => {
    isClosed = true;
    question?.reject(closedError);
  });
  // A shell resets the terminal when it stops or continues a job. Node sets a mode only if it changes.
  const hideAgain = (): void => {
    stdin.setRawMode?.(false);
    stdin.setRawMode?.(true);
  };
  terminal.on('SIGCONT', hideAgain);

  return {
    ask: async (text, showsAnswer = false) => {
      if (isClosed) throw closedError;
      if (hasIgnored || lines.line !== '') {
        lines.write(null, { ctrl: true, name: 'u' });
        stderr.write(
          'Ignored what was typed before this question. If it was a key and is visible above, clear the terminal.\n',
        );
      }
      hasIgnored = false;
      question = Promise.withResolvers();
      const { promise } = question;
      isShown = showsAnswer;
      lines.setPrompt(text);
      if (isShown) lines.prompt();
      else stderr.write(text);
      try {
        const line = await promise;
        if (hasIgnored) throw new Error('More than one line was entered. Nothing was changed.');
        return line;
      } finally {
        question = undefined;
        isShown = false;
        stderr.write('\n');
      }
    },
    close: () => {
      terminal.off('SIGCONT', hideAgain);
      lines.close();
    },
  };
};

const closedError = new Error('The terminal was closed. Nothing was changed.');
