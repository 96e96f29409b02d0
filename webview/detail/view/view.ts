/** The contents of the page as plain data, independent of markup. */
import { ChildRows } from '../../../shared/childRow.ts';
import { formatChildren, formatDuration, formatProgress, runTime } from '../../../shared/format.ts';
import type { Attempt, JobDetail, JobError, JobEvent } from '../../../shared/job.ts';
import { hintText, messageText } from '../../../shared/messages/render.ts';
import type { HistoryMessage, SnapshotMessage } from '../../../shared/panel.ts';
import { isTerminal, progressShare, shownStatus } from '../../../shared/status.ts';
import { statusLooks, statusWord } from '../../../shared/statusLooks.ts';
import { timeLeftSentence } from '../../../shared/timeLeft.ts';
import { waitLabel } from '../../../shared/waits.ts';
import { attemptLooks, type Look, levelLooks } from '../../looks.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import type { ShownTime, ShowTime } from '../../times.ts';
import { type ChildrenView, childrenView } from '../waterfall/children.ts';
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
import { type HistoryView, historyView } from './history.ts';
import { remoteFacts, unseenSince } from './remote.ts';
import { type ResultRow, resultRows } from './result.ts';
import { type StepView, stepView } from './steps.ts';

export interface HeaderView {
  title: string;
  status: Look & { word: string };
  /** Type, attempt, exit code and remaining time, shown next to the status. */
  notes: string[];
  actions: ActionView[];
  /** The announcement for screen readers when the status changes. */
  announcement: string;
}

export interface ErrorView extends JobError {
  heading: string;
}

export interface ProgressView {
  /** From 0 to 1; null if the total is unknown. */
  share: number | null;
  /** Whether the job is active, so that a bar without a total may move. */
  active: boolean;
  text: string | null;
  phase: string | null;
  message: string | null;
  steps: StepView[];
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

export interface TimelineEntry {
  id: number;
  at: ShownTime;
  look: Look;
  level: string;
  message: string;
  /** JSON in a section to expand; null for none. */
  context: unknown;
}

export interface JobView {
  header: HeaderView;
  /** Set if an attempt other than the latest is shown. */
  older: { attempt: number; latest: number } | null;
  error: ErrorView | null;
  progress: ProgressView | null;
  result: ResultRow[];
  /** Null if the job has no log here. */
  log: { heading: string; attempt: number } | null;
  /** Newest first. `total`: the number of all entries. */
  timeline: { entries: TimelineEntry[]; total: number };
  /** Null if there is nothing to compare with. */
  history: HistoryView | null;
  times: Fact[];
  attempts: AttemptView[];
  /** CPU and memory in use, or peak memory. */
  uses: Fact[];
  /** The jobs of a group; null for any other job. */
  jobs: ChildrenView | null;
  details: Fact[];
  /** Links from the job's definition. */
  links: SnapshotMessage['links'];
  capabilities: CapabilityView[];
  raw: RawData[];
  /** Whether the page is up to date. */
  live: boolean;
  /** Whether something on the page changes every second. */
  ticking: boolean;
}

export interface DetailView {
  banners: Banner[];
  /** Null until the job is known. */
  job: JobView | null;
}

/** The page's own state, in addition to its snapshot. */
export interface Extras {
  history: HistoryMessage | null;
  /** The known jobs of a group. */
  children: ChildRows;
  /** Whether to show all entries of the timeline instead of the latest ones. */
  wholeTimeline: boolean;
}

/** Number of timeline entries shown at first. */
const firstEntries = 50;

/** The contents of the page for a snapshot, as of `now` (ms). */
export function viewOf(
  state: SnapshotMessage,
  now: number,
  showTime: ShowTime,
  extras: Extras = { history: null, children: new ChildRows(), wholeTimeline: false },
): DetailView {
  const { job, link } = state;
  // The state since the daemon disconnected is unknown, so durations stop with everything else.
  const unseen = job === null ? null : unseenSince(state, job);
  const asOf = link.state === 'live' ? (unseen ?? now) : link.since === null ? now : Date.parse(link.since);
  return {
    banners: bannersOf(state, now, showTime),
    job: job === null ? null : jobView(state, job, asOf, showTime, extras),
  };
}

function jobView(state: SnapshotMessage, job: JobDetail, now: number, showTime: ShowTime, extras: Extras): JobView {
  const number = state.attempt ?? job.attempt;
  const attempt = job.attempts.find((one) => one.number === number) ?? null;
  const several = job.attempt > 1;
  const older = number < job.attempt;
  const events = extras.wholeTimeline ? job.events : job.events.slice(-firstEntries);
  const live = state.link.state === 'live' && !state.removed && unseenSince(state, job) === null;
  return {
    header: headerOf(state, job, now),
    older: older ? { attempt: number, latest: job.attempt } : null,
    error: errorOf(job, attempt, number),
    // Only the steps of the latest attempt are kept.
    progress: older ? null : progressOf(state, job, now),
    result: older ? [] : resultRows(job.result),
    log:
      job.connection === null
        ? { heading: several ? fill(strings.logOfAttempt, number) : strings.log, attempt: number }
        : null,
    timeline: {
      entries: events.map((event) => timelineEntry(event, now, showTime)).reverse(),
      total: job.events.length,
    },
    history: historyView(extras.history, job, now, showTime),
    times: timesOf(job, now, showTime),
    attempts: job.attempts.map((one) => attemptView(one, job, number, now, showTime)).reverse(),
    uses: usesOf(job, attempt),
    jobs: childrenView(job, extras.children, now),
    details: [...remoteFacts(state.remote, job, now), ...detailsOf(job, attempt)],
    links: state.links,
    capabilities: capabilitiesOf(state, job),
    raw: rawDataOf(job),
    live,
    ticking: live && job.startedAt !== null && !isTerminal(job.status),
  };
}

function headerOf(state: SnapshotMessage, job: JobDetail, now: number): HeaderView {
  const reason = shownStatus(job) === 'waiting' ? job.waitReason : null;
  const word = reason === null ? statusWord(job, t) : fill(strings.waitingFor, waitLabel(reason, t));
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

/** A text in steps so coarse that it rarely changes, or none. */
function timeLeftOf(job: JobDetail, now: number): string[] {
  const sentence = timeLeftSentence(job, now, t);
  return sentence === null ? [] : [sentence];
}

/** How the process ended, if that adds something to the status. */
function endingOf({ exitCode, signal }: Pick<Attempt, 'exitCode' | 'signal'>): string[] {
  if (signal !== null) return [fill(strings.signal, signal)];
  return exitCode === null || exitCode === 0 ? [] : [fill(strings.exitCode, exitCode)];
}

function errorOf(job: JobDetail, attempt: Attempt | null, number: number): ErrorView | null {
  const error = attempt?.error ?? (number === job.attempt ? job.error : null);
  if (error === null) return null;
  const [message, hint] = [messageText(error, t), hintText(error, t)];
  return { ...error, message, hint, heading: job.attempt > 1 ? fill(strings.errorOfAttempt, number) : strings.error };
}

function progressOf(state: SnapshotMessage, job: JobDetail, now: number): ProgressView | null {
  if (job.progress === null && job.steps.length === 0) return null;
  const { current, total, phase, message } = job.progress ?? { current: 0, total: null, phase: null, message: null };
  return {
    share: progressShare(job),
    active: !isTerminal(job.status),
    text: formatProgress(job, t) ?? (total === null && current > 0 ? current.toLocaleString(t.language) : null),
    phase,
    // The daemon's own message for a group is in English.
    message: job.children === null ? message : formatChildren({ ...job.children, completed: 0 }, t) || null,
    steps: job.steps.map((step) => stepView(step, state, job, now)),
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
        : statusWord({ status, cancelRequestedAt: cancelling ? job.cancelRequestedAt : null }, t),
    notes: [
      ...endingOf(attempt),
      ...(duration === null ? [] : [formatDuration(duration, t)]),
      showTime(startedAt ?? attempt.createdAt, now).text,
    ],
    selected: number === shown,
    latest: number === job.attempt,
  };
}

function timelineEntry(event: JobEvent, now: number, showTime: ShowTime): TimelineEntry {
  const { id, at, level, context } = event;
  const empty = typeof context === 'object' && context !== null && Object.keys(context).length === 0;
  return {
    id,
    at: showTime(at, now),
    look: levelLooks[level],
    level: strings.levels[level],
    message: messageText(event, t),
    context: empty ? null : (context ?? null),
  };
}
