/** Parses the length of an interval. */
import type { Every } from './backfill.ts';

const unit = /^(\d+) *(m|min|h|d|w|mo|y)$/;
const longUnits: readonly [RegExp, string][] = [
  [/ *(mins|minutes?)$/, 'm'],
  [/ *hours?$/, 'h'],
  [/ *days?$/, 'd'],
  [/ *weeks?$/, 'w'],
  [/ *months?$/, 'mo'],
  [/ *years?$/, 'y'],
];

/** `1d`, `2 weeks` and so on, or a cron expression; null if it is neither. */
export function readEvery(text: string): Every | null {
  const words = text.trim();
  const short = longUnits.reduce((all, [pattern, name]) => all.replace(pattern, name), words);
  const [, count, name] = unit.exec(short) ?? [];
  if (count !== undefined && name !== undefined) return count + name;
  return words.startsWith('@') || /\s/.test(words) ? { cron: words } : null;
}
