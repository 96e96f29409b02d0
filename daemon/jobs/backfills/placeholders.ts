/** Placeholders for the interval of a job of a backfill. Pure. */
import type { Command } from '../../../shared/job.ts';
import { backfillProblem } from '../../../shared/messages/backfills.ts';
import type { JobTemplate } from '../../../shared/schedule.ts';
import type { Span } from '../../scheduling/intervals.ts';
import type { Zone } from '../../zone.ts';

const placeholder = /\$\{range\.([^}]*)\}/g;

/** The values of the placeholders. All of them are safe without quotes in a shell command. */
export type RangeWords = Record<'start' | 'end' | 'start:date' | 'end:date', string>;

/** Times are ISO 8601 in UTC, as in JOBDECK_RANGE_START; days are local to the time zone. */
export function rangeWords({ start, end }: Span, zone: Zone): RangeWords {
  const day = (at: number) => {
    const { year, month, day: date } = zone.wallAt(at);
    return [String(year).padStart(4, '0'), twoDigits(month), twoDigits(date)].join('-');
  };
  const time = (at: number) => new Date(at).toISOString();
  return { start: time(start), end: time(end), 'start:date': day(start), 'end:date': day(end) };
}

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** Whether a text has placeholders. */
export function hasPlaceholders(text: string): boolean {
  return text.search(placeholder) >= 0;
}

/** A text for all intervals, without placeholders. Words of a command that were quoted for them lose their quotes. */
export function leaveOut(text: string): string {
  return text.replace(placeholder, '…').replace(/'([^'\s]*…[^'\s]*)'/g, '$1');
}

/**
 * A text with its placeholders replaced.
 * @throws JobdeckError INVALID_REQUEST for an unknown placeholder
 */
export function fillIn(text: string, words: RangeWords): string {
  return text.replace(placeholder, (whole, name: string) => {
    if (Object.hasOwn(words, name)) return words[name as keyof RangeWords];
    const placeholders = Object.keys(words).map((known) => `\${range.${known}}`);
    throw backfillProblem('INVALID_REQUEST/placeholder', { placeholder: whole, placeholders: placeholders.join(', ') });
  });
}

/** A template with the placeholders in its command, title and folder replaced. Throws as `fillIn` does. */
export function fillInTemplate(template: JobTemplate, words: RangeWords): JobTemplate {
  const { command, title, cwd } = template;
  const filled: JobTemplate = { ...template, command: fillInCommand(command, words) };
  if (title !== undefined) filled.title = fillIn(title, words);
  if (cwd !== undefined) filled.cwd = fillIn(cwd, words);
  return filled;
}

function fillInCommand(command: Command, words: RangeWords): Command {
  if ('shell' in command) return { shell: fillIn(command.shell, words) };
  return { argv: command.argv.map((word) => fillIn(word, words)) };
}
