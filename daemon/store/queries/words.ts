/** Free text of a user as a query of SQLite's full-text index. */
import { listProblem } from '../../../shared/messages/lists.ts';

/** Words beyond this many narrow nothing down any more. */
const maxWords = 32;

/**
 * The expression for jobs with all these words in title, command, message or error; the last word from two characters on may be
 * the beginning of one. Each is quoted, so that nothing in it is taken for syntax. https://www.sqlite.org/fts5.html#fts5_phrases
 * @throws JobdeckError INVALID_REQUEST when there is no word in it
 */
export function wordsExpression(text: string): string {
  // What has no letter or digit is no word to the index (its tokenizer is unicode61).
  const words = text
    .replaceAll('\0', ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word));
  if (words.length === 0) {
    throw listProblem('INVALID_REQUEST/searchEmpty');
  }
  const quoted = words.slice(0, maxWords).map((word) => `"${word.replaceAll('"', '""')}"`);
  // After a space the last word is whole. Beginnings of one character are too many to be of use.
  const prefix = /\s$/.test(text) || (words.at(-1)?.length ?? 0) < 2 ? '' : ' *';
  return `{title command message error} : (${quoted.join(' AND ')}${prefix})`;
}
