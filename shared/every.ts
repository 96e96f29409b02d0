/** How the length of an interval is written by people. */
import type { Every } from './backfill.ts';

/** `1d` and its like, or a cron expression; null when it is neither. */
export function readEvery(text: string): Every | null {
  const words = text.trim();
  if (/^\d+(m|min|h|d|w|mo|y)$/.test(words)) return words;
  return words.startsWith('@') || /\s/.test(words) ? { cron: words } : null;
}
