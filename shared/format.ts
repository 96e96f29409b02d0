/** Texts for people, the same in the tree, the panel and on the command line. */
import type { Children, Command, Job } from './job.ts';
import { progressShare, type ShownStatus, type StatusFacts, shownStatus } from './status.ts';

/** `850 ms`, `12 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`: the two largest units. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  return units
    .slice(first, first + 2)
    .map(([size, name], index, [larger]) => {
      const rest = index === 0 || larger === undefined ? seconds : seconds % larger[0];
      return { amount: Math.floor(rest / size), name };
    })
    .filter(({ amount }) => amount > 0)
    .map(({ amount, name }) => `${amount} ${name}`)
    .join(' ');
}

/** `just now`, `5 min ago`, `2 h ago`, `3 d ago`: one unit, coarse enough not to tick. */
export function formatAgo(at: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(at)) / 1000);
  if (seconds < 60) return 'just now';
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** `512 B`, `3.4 kB`, `12 MB`: decimal units. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `97.5 %`: rounded down, so that it is never 100 % when something failed. */
export function formatShare(share: number): string {
  return share === 1 ? '100 %' : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** Milliseconds the latest attempt has run, or ran; null before it started. */
export function runTime(job: Pick<Job, 'startedAt' | 'endedAt'>, now: number): number | null {
  if (job.startedAt === null) return null;
  return (job.endedAt === null ? now : Date.parse(job.endedAt)) - Date.parse(job.startedAt);
}

/** `45 %`, `12/45`, or null when the job does not say how far it is; of a group, how many of its jobs have ended. */
export function formatProgress(job: Pick<Job, 'progress'> & Partial<Pick<Job, 'children'>>): string | null {
  if (job.children) return `${countChildren(job.children).ended}/${countChildren(job.children).all}`;
  const share = progressShare(job);
  if (share === null || job.progress === null) return null;
  const { current, total } = job.progress;
  return total !== null && total !== 1 && total !== 100 ? `${current}/${total}` : `${Math.floor(share * 100)} %`;
}

/** Jobs of a group in all, and those that have ended. */
export function countChildren(children: Children): { all: number; ended: number } {
  const { pending, waiting, running, completed, failed, cancelled, lost } = children;
  const ended = completed + failed + cancelled + lost;
  return { all: ended + pending + waiting + running, ended };
}

/** `2 running, 37 waiting, 1 failed`: the jobs of a group by status. */
export function formatChildren(children: Children): string {
  const told = Object.entries(children).filter(([, jobs]) => jobs > 0);
  return told.map(([status, jobs]) => `${jobs} ${status}`).join(', ');
}

const statusWords: Record<ShownStatus, string> = {
  pending: 'Pending',
  waiting: 'Waiting',
  running: 'Running',
  cancelling: 'Cancelling',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  lost: 'Lost',
};

/** The status as a word on screen. */
export function statusWord(job: StatusFacts): string {
  return statusWords[shownStatus(job)];
}

/**
 * What a waiting job waits for, such as ``queue `gpu` is full (1 of 1)`` or `rate limit: next start in 12 s`; null for
 * a job that doesn't wait. `now` in milliseconds: the text counts down without the job changing.
 */
export function waitSentence(
  job: Pick<Job, 'status' | 'queue' | 'waitReason' | 'waitUntil' | 'waitDetail'> & Partial<Pick<Job, 'children'>>,
  now: number,
): string | null {
  if (job.status !== 'waiting' || job.waitReason === null) return null;
  const { waitDetail: detail } = job;
  // A group says what its first job waits for, in whatever queue that is.
  const queue = job.children ? 'its queue' : `queue \`${job.queue}\``;
  const left = job.waitUntil === null ? 0 : Date.parse(job.waitUntil) - now;
  // Seconds are told whole, and rounded up, so that it never says `0 s`.
  const time = left > 0 ? formatDuration(Math.ceil(left / 1000) * 1000) : null;
  const bracketed = detail === null ? '' : ` (${detail})`;
  switch (job.waitReason) {
    case 'queueFull':
      return `${queue} is full${bracketed}`;
    case 'queuePaused':
      return 'queue paused';
    case 'groupFull':
      return `its group runs as many as it may${bracketed}`;
    case 'rateLimit':
      return time === null ? `rate limit of ${queue}` : `rate limit: next start in ${time}`;
    case 'dependency':
      return detail === null ? 'after another job' : `after ${detail}`;
    case 'delay':
      return time === null ? 'starts at once' : `starts in ${time}`;
    case 'hold':
      return 'on hold until it is released';
    case 'remoteWorker':
      return 'waits for a worker';
    case 'retryBackoff':
      return `retry${detail === null ? '' : ` ${detail}`}${time === null ? '' : ` in ${time}`}`;
  }
}

/** A command as one line: arguments quoted for a POSIX shell where they need it. */
export function formatCommand(command: Command): string {
  return 'shell' in command ? command.shell : command.argv.map(quoteArgument).join(' ');
}

function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
