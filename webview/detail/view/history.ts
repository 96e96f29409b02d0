/** What the plot of durations shows: the latest runs of jobs like this one, and this one among them. */
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
  /** Its length as a share of the longest. */
  readonly share: number;
  readonly duration: string;
  /** Null while it runs. */
  readonly ended: ShownTime | null;
  /** What a screen reader says of it. */
  readonly label: string;
  /** It is the job of the page. */
  readonly current: boolean;
}

export interface HistoryView {
  /** Oldest first. */
  readonly runs: readonly RunView[];
  /** Half of those that ended took no longer, as a share of the longest. */
  readonly median: number;
  /** What is shown, in a sentence. */
  readonly note: string;
}

type Run = Pick<HistoryMessage['runs'][number], 'id' | 'status' | 'ms'> & { readonly endedAt: string | null };

/** Null when there is nothing to compare with. `now` in ms: up to when a running job has run. */
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

/** Of which runs they are, and how long half of them took. */
function noteOf({ sameCommand, runs }: HistoryMessage, { type }: Job, median: string): string {
  const count = runs.length;
  if (count === 1) return sameCommand ? fill(strings.oneOfCommand, median) : fill(strings.oneOfType, type, median);
  return sameCommand ? fill(strings.historyOfCommand, count, median) : fill(strings.historyOfType, count, type, median);
}

/** The job as it is now takes the place of what was read of it; one that is older than all the others comes first. */
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
  // Of a job that runs the length is not said: it would be another one every second.
  const facts = ended === null ? word : fill(strings.pastRun, word, duration, ended.text);
  const label = current ? fill(strings.thisRun, facts) : facts;
  return { id, status, word, share: ms / longest, duration, ended, label, current };
}

/** Of two in the middle the higher one, as for what is usual. */
function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
