/** Data of the plot of durations: the latest runs of similar jobs, including this one. */
import { formatDuration, runTime } from '../../../shared/format.ts';
import type { Job, JobStatus } from '../../../shared/job.ts';
import type { HistoryMessage } from '../../../shared/panel.ts';
import { isTerminal } from '../../../shared/status.ts';
import { shownWord } from '../../../shared/statusLooks.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import type { ShownTime, ShowTime } from '../../times.ts';

export interface RunView {
  readonly id: string;
  readonly status: JobStatus;
  readonly word: string;
  /** Its duration as a share of the longest one. */
  readonly share: number;
  readonly duration: string;
  /** Null while it is running. */
  readonly ended: ShownTime | null;
  /** The label for screen readers. */
  readonly label: string;
  /** Whether this is the page's job. */
  readonly current: boolean;
}

export interface HistoryView {
  /** Oldest first. */
  readonly runs: readonly RunView[];
  /** Median duration of finished runs, as a share of the longest one. */
  readonly median: number;
  /** A sentence about the runs shown. */
  readonly note: string;
}

type Run = Pick<HistoryMessage['runs'][number], 'id' | 'status' | 'ms'> & { readonly endedAt: string | null };

/** Null if there is nothing to compare with. `now` in ms determines the duration of a running job. */
export function historyView(
  history: HistoryMessage | null,
  job: Job,
  now: number,
  showTime: ShowTime,
): HistoryView | null {
  if (history === null || history.runs.length === 0) return null;
  const runs = withCurrent(history.runs, job, now);
  if (runs.length < 2) return null;
  const longest = Math.max(1, ...runs.map(({ ms }) => ms));
  const median = medianOf(history.runs.map(({ ms }) => ms));
  return {
    runs: runs.map((run) => runView(run, longest, run.id === job.id, now, showTime)),
    median: median / longest,
    note: noteOf(history, job, formatDuration(median, t)),
  };
}

/** A sentence about which runs these are, and their median duration. */
function noteOf({ sameCommand, runs }: HistoryMessage, { type }: Job, median: string): string {
  const count = runs.length;
  if (count === 1) return sameCommand ? fill(strings.oneOfCommand, median) : fill(strings.oneOfType, type, median);
  return sameCommand ? fill(strings.historyOfCommand, count, median) : fill(strings.historyOfType, count, type, median);
}

/** Inserts the page's job in its current state. If it is older than all the others, it comes first. */
function withCurrent(runs: HistoryMessage['runs'], job: Job, now: number): Run[] {
  const ms = runTime(job, now);
  const others = runs.filter(({ id }) => id !== job.id);
  if (ms === null) return others;
  const current = { id: job.id, status: job.status, ms, endedAt: job.endedAt };
  const ended = job.endedAt;
  if (ended === null || !isTerminal(job.status)) return [...others, current];
  const at = others.findIndex(({ endedAt }) => endedAt > ended);
  return at < 0 ? [...others, current] : [...others.slice(0, at), current, ...others.slice(at)];
}

function runView({ id, status, ms, endedAt }: Run, longest: number, current: boolean, now: number, showTime: ShowTime) {
  const word = shownWord(status, t);
  const ended = endedAt === null ? null : showTime(endedAt, now);
  const duration = formatDuration(ms, t);
  // Without the duration of a running job, which would change every second.
  const facts = ended === null ? word : fill(strings.pastRun, word, duration, ended.text);
  const label = current ? fill(strings.thisRun, facts) : facts;
  return { id, status, word, share: ms / longest, duration, ended, label, current };
}

/** The upper median, as for the usual duration. */
function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
