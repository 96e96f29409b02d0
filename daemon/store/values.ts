/** Converts values for the database. */
import { formatCommand } from '../../shared/format.ts';
import type { Command } from '../../shared/job.ts';
import { storageProblem } from '../../shared/messages/storage.ts';

/**
 * A value as JSON; `field` names it.
 * @throws JobdeckError INVALID_REQUEST for a value that is nested too deeply to be written
 */
export function toJson(field: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw storageProblem('INVALID_REQUEST/nesting', { field });
  }
}

/** At most `length` characters; the last one is `…` if the text was cut. */
export function cut(text: string, length: number): string {
  // Cutting between the halves of a surrogate pair would leave an invalid character.
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The command as lists show it. */
export function commandLine(command: Command | null): string | null {
  return command === null ? null : cut(formatCommand(command), 1000);
}
