/** JSON on the command line. */
import { usageError } from '../problems.ts';

/**
 * Parses a JSON value; `option` is its name in error messages, such as `--data`.
 * @throws UsageError
 */
export function parseJsonArgument(text: string, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError('INVALID_REQUEST/json', { option, reason });
  }
}
