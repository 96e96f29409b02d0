/** Free text against the jobs a window knows, as the daemon's index has it: near enough for rows that change. */
import type { Job } from '../../../shared/job.ts';

export interface SearchWords {
  readonly words: readonly string[];
  /** Whether the last one may be the beginning of one. */
  readonly prefix: boolean;
}

/** The words of a text, without case and accents. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}\p{Co}]+/u).filter((word) => word !== '');
}

/** What somebody searches for: the last word may be the beginning of one, unless a space follows it. */
export function searchWords(text: string): SearchWords {
  const words = wordsOf(text);
  return { words, prefix: !/\s$/.test(text) && (words.at(-1)?.length ?? 0) > 1 };
}

/** The words of each job as it is: a job that changes is another object. */
const known = new WeakMap<Job, ReadonlySet<string>>();

function wordsOfJob(job: Job): ReadonlySet<string> {
  const before = known.get(job);
  if (before !== undefined) return before;
  const { title, commandLine, progress, error } = job;
  const told = [title, commandLine, progress?.message, error?.code, error?.message, error?.details];
  const words = new Set(wordsOf(told.flatMap((one) => (typeof one === 'string' ? [one] : [])).join(' ')));
  known.set(job, words);
  return words;
}

/** Whether a job has all the words in title, command, message or error. */
export function hasWords(job: Job, { words, prefix }: SearchWords): boolean {
  if (words.length === 0) return true;
  const has = wordsOfJob(job);
  return words.every((word, index) => {
    if (has.has(word)) return true;
    return prefix && index === words.length - 1 && [...has].some((one) => one.startsWith(word));
  });
}
