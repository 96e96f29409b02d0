/** A job's own expression for its progress. A user's expression may take for ever: it is run with a limit of time. */
import { type Context, createContext, Script } from 'node:vm';
import { JobdeckError } from '../../shared/errors.ts';

/** Milliseconds the expression has for the lines of one look, which take less than one mostly. */
const limitMs = 100;
/** How often it is tried when a busy machine let the time pass without letting it run. */
const tries = 5;

export const patternGroups = ['current', 'total', 'percent', 'message', 'phase'] as const;
export type PatternGroups = Partial<Record<(typeof patternGroups)[number], string>>;

/**
 * The expression is one, with a group that says something.
 * @throws JobdeckError INVALID_REQUEST
 */
export function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw new JobdeckError(
      'INVALID_REQUEST',
      `The progress pattern is no regular expression: ${why}.`,
      'Such as: (?<current>\\d+) of (?<total>\\d+)',
    );
  }
  if (patternGroups.some((name) => pattern.includes(`(?<${name}>`))) return;
  throw new JobdeckError(
    'INVALID_REQUEST',
    'The progress pattern has no named group to read progress from.',
    `Name one of ${patternGroups.join(', ')}, such as: (?<percent>\\d+) percent`,
  );
}

const source = `(() => {
  const expression = new RegExp(pattern);
  return JSON.stringify(JSON.parse(lines).map((line) => expression.exec(line)?.groups ?? null));
})()`;

/** Reads lines by an expression. */
export class LinePattern {
  readonly #context: Context;
  readonly #script = new Script(source);

  constructor(pattern: string) {
    this.#context = createContext({ pattern, lines: '[]' });
  }

  /** What each line that matches says; null when the expression took too long. */
  read(lines: readonly string[]): PatternGroups[] | null {
    if (lines.length === 0) return [];
    this.#context.lines = JSON.stringify(lines);
    for (let tried = 1; tried <= tries; tried += 1) {
      const before = process.cpuUsage();
      try {
        const found: unknown = this.#script.runInContext(this.#context, { timeout: limitMs });
        return (JSON.parse(String(found)) as (PatternGroups | null)[]).filter((groups) => groups !== null);
      } catch (error) {
        if (!isTimeOut(error)) throw error;
        const { user, system } = process.cpuUsage(before);
        if ((user + system) / 1000 > limitMs / 2) return null;
      }
    }
    return null;
  }
}

/** The error is one of the other context, and no `Error` here. */
function isTimeOut(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
