/** “Did you mean …?” for an unknown word. */
import { definitionHint } from '../messages/definitionMismatches.ts';
import type { Message } from '../messages/schema.ts';

/** The known word that differs by only a few letters, or null. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((one) => ({ one, distance: distance(word.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.one : null;
}

/** A suggestion: the word that was probably meant, or all known words. */
export function suggestion(word: string, known: readonly string[]): Message {
  const near = nearest(word, known);
  if (near !== null) return definitionHint('definition.similar', { word: near });
  return known.length === 0
    ? definitionHint('definition.noneDefined')
    : definitionHint('definition.choices', { words: listed(known) });
}

/** Joins names, up to a limit. */
export function listed(names: readonly string[], limit = 20): string {
  return names.slice(0, limit).join(', ') + (names.length > limit ? ', …' : '');
}

/** Letters to insert, delete, replace or swap (optimal string alignment distance). Words are short. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 10) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(i - 2, j - 2) + 1
          : Number.POSITIVE_INFINITY;
      row[j] = Math.min(at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped);
    }
  }
  return at(a.length, b.length);
}
