/** Asking before something that can't be undone. */
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usageError.ts';

/**
 * Asks a person, who has to say yes; where there is none, the answer has to be on the command line.
 * @throws UsageError with `otherwise` when nobody can be asked
 */
export async function agreed(question: string, otherwise: string): Promise<boolean> {
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
