/** Converts free text of a user to a query of SQLite's full-text index. */
import { listProblem } from '../../../shared/messages/lists.ts';

/** Maximum number of words. More would not narrow the search further. */
const maxWords = 32;
/** The end of a word that is a number, as in `12` and `shard-12`. */
const number = /(?:^|[^\p{L}\p{N}])\d+[^\p{L}\p{N}]*$/u;

/**
 * The expression for jobs with all these words in title, command, message or error. The last word, from two characters, is a
 * prefix, unless it is a number, which would find the IDs in commands and messages that begin with it. Words are quoted, so that nothing in them is syntax. https://www.sqlite.org/fts5.html#fts5_phrases
 * @throws JobdeckError INVALID_REQUEST if the text contains no word
 */
export function wordsExpression(text: string): string {
  // The tokenizer of the index (unicode61) only indexes words with letters or digits.
  const words = text
    .replaceAll('\0', ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word));
  if (words.length === 0) {
    throw listProblem('INVALID_REQUEST/searchEmpty');
  }
  const quoted = words.slice(0, maxWords).map((word) => `"${word.replaceAll('"', '""')}"`);
  // After a space the last word is complete. A prefix of one character would match too much.
  const last = words.at(-1) ?? '';
  const prefix = /\s$/.test(text) || last.length < 2 || number.test(last) ? '' : ' *';
  return `{title command message error} : (${quoted.join(' AND ')}${prefix})`;
}
