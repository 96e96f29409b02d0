/** What a rule of the table of causes is. */
import type { JobErrorCode } from '../errors.ts';

/** The named groups of what matched. */
export type Found = Readonly<Record<string, string | undefined>>;

/** A cause, the lines by which programs tell of it, and what to say. */
export interface Rule {
  code: JobErrorCode;
  /**
   * Each is tried on one line of at most `lineLength` characters. Programs write anything, so none may take more than
   * a few passes over a line: repeats are bounded, and what follows one can't be matched by it.
   */
  patterns: readonly RegExp[];
  /** A sentence for the user, from what matched. */
  message(found: Found): string;
  /** What to do. */
  hint(found: Found): string;
  /**
   * `aside`: programs say this in passing too, so it counts only near the end and when nothing else was found;
   * `deadly`: it explains also why a signal ended the command, which other causes don't.
   */
  weight?: 'aside' | 'deadly';
}

/** Characters of a line that are looked at. */
export const lineLength = 600;

/** `host:port`, `port n`, or the other text when neither is known. */
export function place({ host, port }: Found, other: string): string {
  if (host && port) return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  if (host) return host;
  return port ? `port ${port}` : other;
}
