/** JSON on the command line. */
import { UsageError } from '../usageError.ts';

/**
 * The value of a text; `what` names it, such as `The result`.
 * @throws UsageError
 */
export function parseJsonArgument(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('INVALID_REQUEST', `${what} is no JSON: ${why}.`, `A text needs quotes: '"done"'.`);
  }
}
