/** The contents of the page as plain data, independent of markup. */
import { ChildRows } from '../../../shared/childRow.ts';
import { formatChildren, formatDuration, formatProgress } from '../../../shared/format.ts';
import type { Attempt, JobDetail, JobEvent, JobStatus } from '../../../shared/job.ts';
import { messageText } from '../../../shared/messages/render.ts';
import type { HistoryMessage, SnapshotMessage } from '../../../shared/panel.ts';
import { isTerminal, progressShare, shownStatus } from '../../../shared/status.ts';
import { statusLooks, statusWord } from '../../../shared/statusLooks.ts';
import { timeLeftSentence } from '../../../shared/timeLeft.ts';
import { waitLabel } from '../../../shared/waits.ts';
import { attemptLooks, type Look, levelLooks } from '../../looks.ts';
import { fill, priorityWords, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import type { ShownTime, ShowTime } from '../../times.ts';
import { type ChildrenView, childrenView } from '../waterfall/children.ts';
import { type ActionsView, actionsOf } from './actions.ts';
import { type Banner, bannersOf } from './banners.ts';
import { type CauseView, causeOf } from './cause.ts';
import {
  defaultQueue,
  detailsOf,
  durationOf,
  type Fact,
  isTelling,
  type RawData,
  rawDataOf,
  timesOf,
  usesOf,
} from './facts.ts';
import { type HistoryView, historyView } from './history.ts';
import { type ObstacleView, obstacleOf } from './obstacle.ts';
import { remoteFacts, unseenSince } from './remote.ts';
import { type ResultRow, resultRows } from './result.ts';
import { type StepView, stepView } from './steps.ts';

export interface HeaderView {
  title: string;
  status: Look & { word: string };
  /** Duration, exit code, type, queue and remaining time, shown next to the status. */
  notes: string[];
  /** Null if there is none, or if it is the title. */
  command: string | null;
  /** Whether there is a command to copy. */
  hasCommand: boolean;
  /** Links from the job's definition. */
  links: SnapshotMessage['links'];
  actions: ActionsView;
  /** The announcement for screen readers when the status changes. */
  announcement: string;
}

export interface ProgressView {
  /** From 0 to 1; null if the total is unknown. */
  share: number | null;
  /** Whether the job is active, so that a bar without a total may move. */
  active: boolean;
  text: string | null;
  phase: string | null;
  message: string | null;
}

export interface AttemptView {
  number: number;
  look: Look;
  word: string;
  /** Exit code or signal. */
  ending: string | null;
  duration: string | null;
  started: ShownTime;
  /** The cause of its failure. */
  error: string | null;
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
  cause: CauseView | null;
  /** What the job waits for. */
  obstacle: ObstacleView | null;
  progress: ProgressView | null;
  steps: StepView[];
  result: ResultRow[];
  /** Null if the job has no log here. */
  log: { heading: string; attempt: number; failure: string[] | null; follows: boolean } | null;
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
  const older = number < job.attempt;
  const events = extras.wholeTimeline ? job.events : job.events.slice(-firstEntries);
  const live = state.link.state === 'live' && !state.removed && unseenSince(state, job) === null;
  const cause = causeOf(job, attempt, number);
  const obstacle = older ? null : obstacleOf(state, job, now);
  const active = job.startedAt !== null && !isTerminal(job.status);
  return {
    header: headerOf(state, job, { attempt, older, cause, obstacle }, now),
    older: older ? { attempt: number, latest: job.attempt } : null,
    cause,
    obstacle,
    // Only the progress and the steps of the latest attempt are kept.
    progress: older || job.status === 'completed' ? null : progressOf(job),
    steps: older ? [] : job.steps.map((step) => stepView(step, state, job, now)),
    result: older ? [] : resultRows(job.result),
    log: logOf(job, number, attempt, cause),
    timeline: {
      entries: events.map((event) => timelineEntry(event, now, showTime)).reverse(),
      total: job.events.length,
    },
    history: historyView(extras.history, job, now, showTime),
    times: timesOf(job, older ? attempt : null, now, showTime),
    attempts: job.attempts.map((one) => attemptView(one, job, number, now, showTime)).reverse(),
    uses: usesOf(job, attempt),
    jobs: childrenView(job, extras.children, now),
    details: [...remoteFacts(state.remote, job, now), ...detailsOf(job, attempt)],
    raw: rawDataOf(job),
    live,
    ticking: live && (active || obstacle?.counts === true),
  };
}

/** Remote jobs and groups have no log here. */
function logOf(job: JobDetail, number: number, attempt: Attempt | null, cause: CauseView | null): JobView['log'] {
  if (job.connection !== null || job.children !== null) return null;
  const heading = job.attempt > 1 ? fill(strings.logOfAttempt, number) : strings.log;
  return {
    heading,
    attempt: number,
    failure: attempt?.status === 'failed' ? (cause?.wanted ?? []) : null,
    // Whether there may be more output. The status is known long before all of a large log is drawn.
    follows: attempt === null ? !isTerminal(job.status) : attempt.endedAt === null,
  };
}

/** The attempt that is shown. `older`: whether it isn't the latest. */
interface Shown {
  attempt: Attempt | null;
  older: boolean;
  cause: CauseView | null;
  obstacle: ObstacleView | null;
}

function headerOf(state: SnapshotMessage, job: JobDetail, shown: Shown, now: number): HeaderView {
  const { older, cause, obstacle } = shown;
  const earlier = older ? shown.attempt : null;
  const status = earlier === null ? statusOf(job) : attemptStatus(earlier, job);
  const reason = shownStatus(job) === 'waiting' ? job.waitReason : null;
  const said = reason === null ? statusWord(job, t) : fill(strings.waitingFor, waitLabel(reason, t));
  const command = shown.attempt?.commandLine ?? job.commandLine;
  const duration = durationOf(earlier ?? job, now);
  return {
    title: job.title,
    status,
    notes: [
      ...(duration === null ? [] : [duration]),
      ...endingOf({ ...(earlier ?? job), killedAfterMs: shown.attempt?.killedAfterMs ?? null }),
      ...(isTelling(job) ? [job.type] : []),
      ...(job.queue === defaultQueue || job.children !== null ? [] : [fill(strings.inQueue, job.queue)]),
      ...priorityNote(job),
      ...(older ? [] : timeLeftOf(job, now)),
    ],
    command: command?.trim() === job.title.trim() ? null : command,
    hasCommand: command !== null,
    links: state.links,
    actions: actionsOf(state, job, { place: cause?.place ?? null, ends: obstacle?.actions ?? [] }),
    announcement: fill(strings.statusOf, job.title, said),
  };
}

function statusOf(job: JobDetail): HeaderView['status'] {
  return { ...statusLooks[shownStatus(job)], word: statusWord(job, t) };
}

/** A text in steps so coarse that it rarely changes, or none. */
function timeLeftOf(job: JobDetail, now: number): string[] {
  const sentence = timeLeftSentence(job, now, t);
  return sentence === null ? [] : [sentence];
}

type Ending = Pick<Attempt, 'exitCode' | 'signal' | 'killedAfterMs'> & { status: Attempt['status'] | JobStatus };

/** How the process ended, if that adds something to the status. */
function endingOf({ status, exitCode, signal, killedAfterMs }: Ending): string[] {
  if (killedAfterMs !== null) return [fill(strings.killedAfter, formatDuration(killedAfterMs, t))];
  if (signal === 'SIGKILL' && status === 'cancelled') return [strings.killed];
  if (signal !== null) return [fill(strings.signal, signal)];
  return exitCode === null || exitCode === 0 ? [] : [fill(strings.exitCode, exitCode)];
}

/** Null without any, and if a job that did not complete reached the end: its bar would look like success. */
function progressOf(job: JobDetail): ProgressView | null {
  if (job.progress === null) return null;
  const { current, total, phase, message } = job.progress;
  const active = !isTerminal(job.status);
  const text = formatProgress(job, t) ?? (total === null && current > 0 ? current.toLocaleString(t.language) : null);
  if (!active && text === null) return null;
  return {
    share: progressShare(job),
    active,
    text,
    phase,
    // The daemon's own message for a group is in English.
    message: job.children === null ? message : formatChildren({ ...job.children, completed: 0 }, t) || null,
  };
}

/** The status of an attempt. The job knows whether the latest one is paused or being cancelled. */
function attemptStatus({ number, status }: Attempt, job: JobDetail): HeaderView['status'] {
  if (status === 'starting') return { ...attemptLooks.starting, word: strings.starting };
  const { cancelRequestedAt, pausedAt } = number === job.attempt ? job : { cancelRequestedAt: null, pausedAt: null };
  const facts = { status, cancelRequestedAt, pausedAt };
  return { ...statusLooks[shownStatus(facts)], word: statusWord(facts, t) };
}

function attemptView(attempt: Attempt, job: JobDetail, shown: number, now: number, showTime: ShowTime): AttemptView {
  const { number, startedAt, createdAt } = attempt;
  const { word, ...look } = attemptStatus(attempt, job);
  return {
    number,
    look,
    word,
    ending: endingOf(attempt)[0] ?? null,
    duration: durationOf(attempt, now),
    started: showTime(startedAt ?? createdAt, now),
    error: causeOf(job, attempt, number)?.text ?? null,
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

/** The priority matters until the job starts. The normal one says nothing. */
function priorityNote({ priority, capabilities }: JobDetail): string[] {
  return capabilities.priority.allowed && priority !== 'normal'
    ? [fill(strings.withPriority, priorityWords[priority])]
    : [];
}
