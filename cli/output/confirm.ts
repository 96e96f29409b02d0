/** Confirmation of actions that can't be undone. */
import { createInterface } from 'node:readline/promises';
import type { UsageError } from '../usageError.ts';

/**
 * Asks on the terminal and resolves with whether the answer is yes.
 * @throws `otherwise` if there is no terminal to ask on
 */
export async function confirm(question: string, otherwise: UsageError): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw otherwise;
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
