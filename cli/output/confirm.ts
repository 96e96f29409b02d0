/** Confirmation of actions that can't be undone. */
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usageError.ts';

/**
 * Asks on the terminal and resolves with whether the answer is yes.
 * @throws UsageError with the message `otherwise` if there is no terminal
 */
export async function confirm(question: string, otherwise: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError('CONFIRMATION_NEEDED', otherwise, 'Say so with --yes.');
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
