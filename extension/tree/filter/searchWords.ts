/** Full-text search in the jobs a window knows. Approximates the daemon's index, for rows that change. */
import type { Job } from '../../../shared/job.ts';

export interface SearchWords {
  readonly words: readonly string[];
  /** Whether the last word is a prefix. */
  readonly prefix: boolean;
}

/** The words of a text, without case and diacritics. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}\p{Co}]+/u).filter((word) => word !== '');
}

/** Parses a search text. The last word is a prefix unless a space follows it, or it is a number. */
export function searchWords(text: string): SearchWords {
  const words = wordsOf(text);
  const last = words.at(-1) ?? '';
  return { words, prefix: !/\s$/.test(text) && last.length > 1 && !/^\d+$/.test(last) };
}

/** Cached words by job. A changed job is a new object. */
const known = new WeakMap<Job, ReadonlySet<string>>();

function wordsOfJob(job: Job): ReadonlySet<string> {
  const before = known.get(job);
  if (before !== undefined) return before;
  const { title, commandLine, progress, error } = job;
  const texts = [title, commandLine, progress?.message, error?.code, error?.message, error?.details];
  const words = new Set(wordsOf(texts.flatMap((one) => (typeof one === 'string' ? [one] : [])).join(' ')));
  known.set(job, words);
  return words;
}

/** Whether the title, command, message or error of a job contains all words. */
export function hasWords(job: Job, { words, prefix }: SearchWords): boolean {
  if (words.length === 0) return true;
  const has = wordsOfJob(job);
  return words.every((word, index) => {
    if (has.has(word)) return true;
    return prefix && index === words.length - 1 && [...has].some((one) => one.startsWith(word));
  });
}
