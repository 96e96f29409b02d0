/** Values as text, the same in the tree, on pages and on the command line. */
import type { Children, Command, Job } from './job.ts';
import { isTerminal, progressShare } from './status.ts';
import { type Translate, texts, untranslated } from './translate.ts';

export { statusWord } from './statusLooks.ts';

/** `850 ms`, `12 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`: the two largest units. */
export function formatDuration(ms: number, t: Translate = untranslated): string {
  if (ms < 1000) return t('{0} ms', Math.max(0, Math.round(ms)));
  const seconds = Math.floor(ms / 1000);
  const [minutes, hours, days] = [60, 3_600, 86_400].map((size) => Math.floor(seconds / size)) as [
    number,
    number,
    number,
  ];
  if (minutes === 0) return t('{0} s', seconds);
  if (hours === 0) return seconds % 60 === 0 ? t('{0} min', minutes) : t('{0} min {1} s', minutes, seconds % 60);
  if (days === 0) return minutes % 60 === 0 ? t('{0} h', hours) : t('{0} h {1} min', hours, minutes % 60);
  return hours % 24 === 0 ? t('{0} d', days) : t('{0} d {1} h', days, hours % 24);
}

/** `just now`, `5 min ago`, `2 h ago`, `3 d ago`: one unit, so that the text rarely changes. */
export function formatAgo(at: string, now: number, t: Translate = untranslated): string {
  const seconds = Math.floor((now - Date.parse(at)) / 1000);
  if (seconds < 60) return t('just now');
  if (seconds < 3_600) return t('{0} min ago', Math.floor(seconds / 60));
  if (seconds < 86_400) return t('{0} h ago', Math.floor(seconds / 3_600));
  return t('{0} d ago', Math.floor(seconds / 86_400));
}

/** `512 B`, `3.4 kB`, `12 MB`: decimal units, with the number in the reader's language. */
export function formatBytes(bytes: number, t: Translate = untranslated): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? oneDecimal(value, t) : Math.round(value)} ${units[unit]}`;
}

/** `97.5%`, or `97,5 %` in German: rounded down, so that it is 100% only if nothing failed. */
export function formatShare(share: number, { language }: Translate = untranslated): string {
  const digits = share === 1 ? 0 : 1;
  return formatPercent(Math.floor(share * 1000) / 1000, language, digits);
}

/** `45%`, or `45 %` in German: rounded down. */
export function formatWholeShare(share: number, { language }: Translate = untranslated): string {
  return formatPercent(Math.floor(share * 100) / 100, language, 0);
}

function formatPercent(share: number, language: string | undefined, digits: number): string {
  return share.toLocaleString(language ?? 'en', {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function oneDecimal(value: number, { language }: Translate): string {
  return value.toLocaleString(language ?? 'en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** How long the latest attempt has run so far, or ran in total (ms); null before it started. */
export function runTime(job: Pick<Job, 'startedAt' | 'endedAt'>, now: number): number | null {
  if (job.startedAt === null) return null;
  return (job.endedAt === null ? now : Date.parse(job.endedAt)) - Date.parse(job.startedAt);
}

/**
 * `45%` or `12/45`; null if the job reports no progress, or all of it without having completed: a test run that failed has
 * run all tests. For a group, how many of its jobs have finished.
 */
export function formatProgress(
  job: Pick<Job, 'progress'> & Partial<Pick<Job, 'children' | 'status'>>,
  t: Translate = untranslated,
): string | null {
  if (job.children) return `${countChildren(job.children).ended}/${countChildren(job.children).all}`;
  const share = progressShare(job);
  if (share === null || job.progress === null) return null;
  const { status = 'running' } = job;
  if (share >= 1 && status !== 'completed' && isTerminal(status)) return null;
  const { current, total } = job.progress;
  if (total === null || total === 1 || total === 100) return formatWholeShare(share, t);
  // With a share of its own, the count is of steps, of which the last one is not complete.
  return `${typeof job.progress.share === 'number' ? Math.floor(current) : current}/${total}`;
}

/** Numbers of a group's jobs: all, and finished ones. */
export function countChildren(children: Children): { all: number; ended: number } {
  const { pending, waiting, running, completed, failed, cancelled, lost } = children;
  const ended = completed + failed + cancelled + lost;
  return { all: ended + pending + waiting + running, ended };
}

const childWords: Record<keyof Children, string> = texts({
  pending: '{0} pending',
  waiting: '{0} waiting',
  running: '{0} running',
  completed: '{0} completed',
  failed: '{0} failed',
  cancelled: '{0} cancelled',
  lost: '{0} lost',
});

/** `2 running, 37 waiting, 1 failed`: numbers of a group's jobs by status. */
export function formatChildren(children: Children, t: Translate = untranslated): string {
  const present = (Object.keys(children) as (keyof Children)[]).filter((status) => children[status] > 0);
  return present.map((status) => t(childWords[status], children[status])).join(', ');
}

/** A command as one line, with its arguments quoted for a POSIX shell where necessary. */
export function formatCommand(command: Command): string {
  return 'shell' in command ? command.shell : command.argv.map(quoteArgument).join(' ');
}

/** An argument, quoted for a POSIX shell if necessary. */
export function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
