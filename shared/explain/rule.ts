/** The form of a rule that recognizes a cause of failure. */
import type { Problem } from '../messages/schema.ts';

/** The named groups of the match. */
export type Found = Readonly<Record<string, string | undefined>>;

/** A cause, and the lines by which programs report it. */
export interface Rule {
  /**
   * Each is tried on one line of at most `lineLength` characters. Programs write anything, so a pattern may need only
   * a few passes over a line: repeats are bounded, and the text after a repeat can't match the repeat itself.
   */
  patterns: readonly RegExp[];
  /** The problem that the match names, or null if it names too little; `line` is quoted in its hint. */
  problem(found: Found & { readonly line: string }): Problem | null;
  /**
   * `aside`: programs also print this and continue, so it counts only at the end and when no other cause was found;
   * `deadly`: it also explains why a signal ended the command, which other causes don't.
   */
  weight?: 'aside' | 'deadly';
  /** The rule is only for this exit code. */
  exitCode?: number;
}

/** Characters of a line that are searched. */
export const lineLength = 600;

/** `host:port`, `:port` or the host; null when neither is known. */
export function addressOf({ host, port }: Found): string | null {
  if (!port) return host || null;
  if (!host) return `:${port}`;
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}
