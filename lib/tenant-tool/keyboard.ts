import type { Terminal } from './terminal.ts';

/** Reads lines that are typed at a terminal. The terminal shows nothing of them while the keyboard is open. */
export interface Keyboard {
  /**
   * Writes a question and reads the line that is typed after it. Ignores what was typed before it, and reports that.
   * @param show whether the characters are written to the terminal
   * @throws Error after Ctrl-C, Ctrl-D or Ctrl-\
   */
  ask(question: string, show?: boolean): Promise<string>;
  close(): void;
}

interface Question {
  readonly show: boolean;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

const cancelKeys = '\u0003\u0004\u001c';
const deleteKeys = '\u007f\b';
const deleteLine = '\u0015';
const suspend = '\u001a';

const createClosedError = (): Error => new Error('The terminal was closed. Nothing was changed.');

/**
 * Switches the terminal to raw mode, in which it echoes nothing and sends no signals. Ctrl-Z has no effect: it would
 * stop this process but not npm, and the terminal would echo again while the user keeps typing.
 * @param onCancel called after Ctrl-C, Ctrl-D or Ctrl-\ while no question is open
 */
export const openKeyboard = (terminal: Terminal, onCancel: () => void): Keyboard => {
  const { stdin, stderr } = terminal;
  let question: Question | undefined;
  let line = '';
  let ignored = 0;

  const press = (key: string): void => {
    if (cancelKeys.includes(key)) {
      if (question) question.reject(new Error('Cancelled. Nothing was changed.'));
      else onCancel();
    } else if (!question) ignored += 1;
    else if (key === '\r' || key === '\n') question.resolve(line);
    else if (deleteKeys.includes(key)) {
      if (question.show && line !== '') stderr.write('\b \b');
      line = line.slice(0, -1);
    } else if (key === deleteLine) {
      if (question.show) stderr.write('\b \b'.repeat(line.length));
      line = '';
    } else if (key !== suspend) {
      line += key;
      if (question.show) stderr.write(key);
    }
  };
  const read = (chunk: unknown): void => {
    for (const key of String(chunk)) press(key);
  };
  let isClosed = false;
  const end = (): void => {
    isClosed = true;
    question?.reject(createClosedError());
  };
  // A shell resets the terminal when it stops or continues a job. Node sets a mode only if it changes.
  const silence = (): void => {
    stdin.setRawMode?.(false);
    stdin.setRawMode?.(true);
  };

  stdin.setRawMode?.(true);
  stdin.on('data', read).on('end', end).resume();
  terminal.on('SIGCONT', silence);
  return {
    ask: async (text, show = false) => {
      if (ignored > 0)
        stderr.write(
          'Ignored what was typed before this question. If it was a key and is visible above, clear the terminal.\n',
        );
      ignored = 0;
      line = '';
      stderr.write(text);
      try {
        return await new Promise((resolve, reject) => {
          question = { show, resolve, reject };
          if (isClosed) reject(createClosedError());
        });
      } finally {
        question = undefined;
        stderr.write('\n');
      }
    },
    close: () => {
      terminal.off('SIGCONT', silence);
      stdin.off('data', read).off('end', end).pause();
      stdin.setRawMode?.(false);
    },
  };
};
