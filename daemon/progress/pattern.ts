/** A job's own regular expression for its progress. It runs with a time limit, because some expressions never finish. */
import { type Context, createContext, Script } from 'node:vm';
import { progressProblem } from '../../shared/messages/progress.ts';

/** Milliseconds that the expression may take for the lines of one read. Usually it takes less than one. */
const limitMs = 100;
/** Number of tries when a busy machine let the time pass without running the expression. */
const tries = 5;

const patternGroups = ['current', 'total', 'percent', 'message', 'phase'] as const;
export type PatternGroups = Partial<Record<(typeof patternGroups)[number], string>>;

/**
 * Checks that the pattern is a regular expression with at least one group to read progress from.
 * @throws JobdeckError INVALID_REQUEST
 */
export function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw progressProblem('INVALID_REQUEST/progressPattern', { reason });
  }
  if (patternGroups.some((name) => pattern.includes(`(?<${name}>`))) return;
  throw progressProblem('INVALID_REQUEST/progressGroups', { groups: patternGroups.join(', ') });
}

const source = `(() => {
  const expression = new RegExp(pattern);
  return JSON.stringify(JSON.parse(lines).map((line) => expression.exec(line)?.groups ?? null));
})()`;

/** Reads lines with a regular expression. */
export class LinePattern {
  readonly #context: Context;
  readonly #script = new Script(source);

  constructor(pattern: string) {
    this.#context = createContext({ pattern, lines: '[]' });
  }

  /** The groups of each matching line; null if the expression took too long. */
  read(lines: readonly string[]): PatternGroups[] | null {
    if (lines.length === 0) return [];
    this.#context.lines = JSON.stringify(lines);
    for (let tried = 1; tried <= tries; tried += 1) {
      const before = process.cpuUsage();
      try {
        const found: unknown = this.#script.runInContext(this.#context, { timeout: limitMs });
        return (JSON.parse(String(found)) as (PatternGroups | null)[]).filter((groups) => groups !== null);
      } catch (error) {
        if (!isTimeout(error)) throw error;
        const { user, system } = process.cpuUsage(before);
        if ((user + system) / 1000 > limitMs / 2) return null;
      }
    }
    return null;
  }
}

/** The error comes from the other context, so it is not an `Error` of this one. */
function isTimeout(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
