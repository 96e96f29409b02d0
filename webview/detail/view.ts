/** What each part of the page shows, as plain data: everything that can be decided without a page. */
import { formatDuration, formatProgress, runTime, statusWord } from '../../shared/format.ts';
import type { Attempt, JobDetail, JobError, JobEvent } from '../../shared/job.ts';
import type { SnapshotMessage } from '../../shared/panel.ts';
import { isTerminal, progressShare, shownStatus } from '../../shared/status.ts';
import { timeLeftSaying } from '../../shared/timeLeft.ts';
import { fill, stepWords, strings, waitWords } from '../strings.ts';
import { type ActionView, actionsOf } from './actions.ts';
import { type Banner, bannersOf } from './banners.ts';
import {
  type CapabilityView,
  capabilitiesOf,
  detailsOf,
  type Fact,
  type RawData,
  rawDataOf,
  timesOf,
  usesOf,
} from './facts.ts';
import { type ResultRow, resultRows } from './result.ts';
import { attemptLooks, type Look, levelLooks, statusLooks, stepLooks } from './status.ts';
import type { ShownTime, ShowTime } from './times.ts';

export interface HeaderView {
  title: string;
  status: Look & { word: string };
  /** Kind of job, attempt, exit code, time left: what stands beside the status. */
  notes: string[];
  actions: ActionView[];
  /** What a screen reader is told when it changes. */
  announcement: string;
}

export interface ErrorView extends JobError {
  heading: string;
}

export interface ProgressView {
  /** From 0 to 1, or null when the end is not known. */
  share: number | null;
  /** Something goes on, so that a bar without a known end may move. */
  active: boolean;
  text: string | null;
  phase: string | null;
  message: string | null;
  steps: { id: string; label: string; look: Look; word: string; share: number }[];
}

export interface AttemptView {
  number: number;
  look: Look;
  word: string;
  /** Exit code, duration and start. */
  notes: string[];
  selected: boolean;
  latest: boolean;
}

/** One of a group's jobs. */
export interface ChildView {
  id: string;
  title: string;
  look: Look;
  word: string;
}

export interface TimelineEntry {
  id: number;
  at: ShownTime;
  look: Look;
  level: string;
  message: string;
  /** JSON to unfold; null for none. */
  context: unknown;
}

export interface JobView {
  header: HeaderView;
  /** Set when another attempt than the latest is looked at. */
  older: { attempt: number; latest: number } | null;
  error: ErrorView | null;
  progress: ProgressView | null;
  result: ResultRow[];
  log: { heading: string; attempt: number };
  timeline: TimelineEntry[];
  times: Fact[];
  attempts: AttemptView[];
  /** What it uses, or used. */
  uses: Fact[];
  /** Of a group; null for any other job. */
  jobs: { rows: ChildView[]; note: string | null } | null;
  details: Fact[];
  /** Pages that belong to it. */
  links: SnapshotMessage['links'];
  capabilities: CapabilityView[];
  raw: RawData[];
  /** What is shown is as it is now, and not as it was when the daemon or the job went away. */
  live: boolean;
  /** Something on the page changes by the second. */
  ticking: boolean;
}

export interface DetailView {
  banners: Banner[];
  /** Null as long as nothing is known about the job. */
  job: JobView | null;
}

/** The page for a snapshot as of `now` (ms). */
export function viewOf(state: SnapshotMessage, now: number, showTime: ShowTime): DetailView {
  const { job, link } = state;
  // Nobody knows how it went on since the daemon went away: durations stand still with the rest.
  const asOf = link.state === 'live' || link.since === null ? now : Date.parse(link.since);
  return { banners: bannersOf(state, now, showTime), job: job === null ? null : jobView(state, job, asOf, showTime) };
}

function jobView(state: SnapshotMessage, job: JobDetail, now: number, showTime: ShowTime): JobView {
  const number = state.attempt ?? job.attempt;
  const attempt = job.attempts.find((one) => one.number === number) ?? null;
  const several = job.attempt > 1;
  const live = state.link.state === 'live' && !state.removed;
  return {
    header: headerOf(state, job, now),
    older: number < job.attempt ? { attempt: number, latest: job.attempt } : null,
    error: errorOf(job, attempt, number),
    progress: progressOf(job),
    result: resultRows(job.result),
    log: { heading: several ? fill(strings.logOfAttempt, number) : strings.log, attempt: number },
    timeline: job.events.map((event) => timelineEntry(event, now, showTime)).reverse(),
    times: timesOf(job, now, showTime),
    attempts: job.attempts.map((one) => attemptView(one, job, number, now, showTime)).reverse(),
    uses: usesOf(job, attempt),
    jobs: childrenOf(state),
    details: detailsOf(job, attempt),
    links: state.links,
    capabilities: capabilitiesOf(job),
    raw: rawDataOf(job),
    live,
    ticking: live && job.startedAt !== null && !isTerminal(job.status),
  };
}

function headerOf(state: SnapshotMessage, job: JobDetail, now: number): HeaderView {
  const waits = job.status === 'waiting' && job.waitReason !== null && shownStatus(job) === 'waiting';
  const word = waits ? fill(strings.waitingFor, waitWords[job.waitReason ?? 'hold']) : statusWord(job);
  return {
    title: job.title,
    status: { ...statusLooks[shownStatus(job)], word },
    notes: [
      job.type,
      ...(job.attempt > 1 ? [fill(strings.attemptNumber, job.attempt)] : []),
      ...endingOf(job),
      ...timeLeftOf(job, now),
    ],
    actions: actionsOf(state, job),
    announcement: fill(strings.statusOf, job.title, word),
  };
}

/** One text in steps so coarse that it does not tick, or none. */
function timeLeftOf(job: JobDetail, now: number): string[] {
  const saying = timeLeftSaying(job, now);
  return saying === null ? [] : [fill(strings.timeLeft[saying.kind], saying.time)];
}

/** How the process ended, when there is more to say than the status does. */
function endingOf({ exitCode, signal }: Pick<Attempt, 'exitCode' | 'signal'>): string[] {
  if (signal !== null) return [fill(strings.signal, signal)];
  return exitCode === null || exitCode === 0 ? [] : [fill(strings.exitCode, exitCode)];
}

function errorOf(job: JobDetail, attempt: Attempt | null, number: number): ErrorView | null {
  const error = attempt?.error ?? (number === job.attempt ? job.error : null);
  if (error === null) return null;
  return { ...error, heading: job.attempt > 1 ? fill(strings.errorOfAttempt, number) : strings.error };
}

function progressOf(job: JobDetail): ProgressView | null {
  if (job.progress === null && job.steps.length === 0) return null;
  const { current, total, phase, message } = job.progress ?? { current: 0, total: null, phase: null, message: null };
  return {
    share: progressShare(job),
    active: !isTerminal(job.status),
    text: formatProgress(job) ?? (total === null && current > 0 ? current.toLocaleString() : null),
    phase,
    message,
    steps: job.steps.map(({ id, label, status, progress }) => ({
      id,
      label,
      look: stepLooks[status],
      word: stepWords[status],
      share: progress,
    })),
  };
}

function attemptView(attempt: Attempt, job: JobDetail, shown: number, now: number, showTime: ShowTime): AttemptView {
  const { number, status, startedAt, endedAt } = attempt;
  const duration = endedAt === null ? null : runTime({ startedAt, endedAt }, now);
  const cancelling = number === job.attempt && shownStatus(job) === 'cancelling';
  return {
    number,
    look: cancelling ? statusLooks.cancelling : attemptLooks[status],
    word:
      status === 'starting'
        ? strings.starting
        : statusWord({ status, cancelRequestedAt: cancelling ? job.cancelRequestedAt : null }),
    notes: [
      ...endingOf(attempt),
      ...(duration === null ? [] : [formatDuration(duration)]),
      showTime(startedAt ?? attempt.createdAt, now).text,
    ],
    selected: number === shown,
    latest: number === job.attempt,
  };
}

function childrenOf({ job, jobs }: SnapshotMessage): JobView['jobs'] {
  if (job === null || job.children === null) return null;
  const all = Object.values(job.children).reduce((sum, count) => sum + count, 0);
  return {
    rows: jobs.map((one) => ({
      ...{ id: one.id, title: one.title, look: statusLooks[shownStatus(one)], word: statusWord(one) },
    })),
    note: all > jobs.length ? fill(strings.firstJobs, jobs.length, all) : null,
  };
}

function timelineEntry({ id, at, level, message, context }: JobEvent, now: number, showTime: ShowTime): TimelineEntry {
  const empty = typeof context === 'object' && context !== null && Object.keys(context).length === 0;
  return {
    id,
    at: showTime(at, now),
    look: levelLooks[level],
    level: strings.levels[level],
    message,
    context: empty ? null : (context ?? null),
  };
}
