import type { FindKaleyra } from './probe-credentials.ts';
import type { Terminal } from './prompt.ts';
import { openPrompt, type Prompt } from './prompt.ts';

/** Commands that ask questions at a terminal. `put` asks for an API key. */
const askingCommands = ['put', 'remove'];

/**
 * Runs the tenant tool as a program. Hides what is typed before it loads anything else, because loading the AWS SDK
 * takes longer than pasting a key.
 * @param interrupt ends the process after Ctrl-C
 * @param findKaleyra only tests set it
 * @returns the exit status
 */
export const startTenantTool = async (
  args: readonly string[],
  terminal: Terminal,
  interrupt: () => void,
  findKaleyra?: FindKaleyra,
): Promise<0 | 1> => {
  let prompt: Prompt | undefined;
  if (terminal.stdin.isTTY && askingCommands.some((command) => args.includes(command))) {
    prompt = openPrompt(terminal, () => {
      prompt?.close();
      interrupt();
    });
  }
  try {
    const { runTenantTool } = await import('./tenant-tool.ts');
    return await runTenantTool(args, terminal, prompt, findKaleyra);
  } finally {
    prompt?.close();
  }
};
