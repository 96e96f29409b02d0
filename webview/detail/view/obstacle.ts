/** What a job waits for before it starts or stops, and what ends the wait. */

import { formatDuration } from '../../../shared/format.ts';
import type { JobDetail } from '../../../shared/job.ts';
import type { SnapshotMessage } from '../../../shared/panel.ts';
import { shownStatus } from '../../../shared/status.ts';
import { waitSentence } from '../../../shared/waits.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import { type ActionView, act, blockedReason, mayStart } from './actions.ts';

export interface ObstacleView {
  /** Name of a codicon. */
  icon: string;
  text: string;
  actions: ActionView[];
  /** Whether the text counts down. */
  counts: boolean;
}

/** Null if the job waits for nothing. `now` in milliseconds. */
export function obstacleOf(state: SnapshotMessage, job: JobDetail, now: number): ObstacleView | null {
  const view = shownStatus(job) === 'cancelling' ? cancelling(state, job, now) : waiting(state, job, now);
  return view === null || blockedReason(state) === null ? view : { ...view, actions: [], counts: false };
}

function waiting(state: SnapshotMessage, job: JobDetail, now: number): ObstacleView | null {
  const sentence = waitSentence(job, now, t);
  if (sentence === null) return null;
  const text = fill(strings.waitingFor, sentence);
  return { icon: 'clock', text, actions: endsOf(state, job), counts: job.waitUntil !== null };
}

/** What ends the wait. A group waits for the same thing as its first job, which may be in any queue. */
function endsOf(state: SnapshotMessage, job: JobDetail): ActionView[] {
  const { waitReason, children, dependencies, capabilities, priority } = job;
  const primary = { primary: true };
  const next = dependencies.find(({ met, title }) => !met && title !== null);
  const mayStartNow = mayStart(state, capabilities.start) === null;
  const start = mayStartNow ? [act('startNow', strings.startNow, 'play')] : [];
  const raise =
    capabilities.priority.allowed && priority !== 'urgent'
      ? [act('raisePriority', strings.raisePriority, 'arrow-up')]
      : [];
  if (capabilities.release.allowed) return [act('release', strings.release, 'debug-continue', primary)];
  switch (waitReason) {
    case 'queuePaused':
      return children === null ? [act('resumeQueue', strings.resumeQueue, 'debug-continue', primary), ...start] : [];
    case 'queueFull': {
      const resize = act('resizeQueue', strings.resizeQueue, 'list-ordered');
      return children === null ? [...start, ...raise, resize] : [];
    }
    case 'rateLimit':
      return [...start, ...raise];
    case 'groupFull':
      return start;
    case 'delay':
      return mayStartNow ? [act('startNow', strings.startNow, 'play', primary)] : [];
    case 'retryBackoff':
      return mayStartNow ? [act('startNow', strings.retryNow, 'debug-restart', primary)] : [];
    case 'dependency':
      return next === undefined ? [] : [act('showJob', strings.showDependency, 'link-external', { jobId: next.jobId })];
    default:
      return [];
  }
}

/** A local job that was asked to stop is killed after a while. With only a signal, it isn't. */
function cancelling({ graceMs }: SnapshotMessage, job: JobDetail, now: number): ObstacleView | null {
  const { cancelRequestedAt, status, engine, capabilities, stopSignal } = job;
  if (cancelRequestedAt === null || status !== 'running' || engine !== 'local' || capabilities.cancel.allowed)
    return null;
  const actions = [act('stopNow', strings.stopNow, 'debug-stop')];
  const left = graceMs === null ? null : Date.parse(cancelRequestedAt) + graceMs - now;
  if (left === null || stopSignal === 'SIGKILL')
    return { icon: 'loading', text: strings.stopping, actions, counts: false };
  const seconds = Math.ceil(left / 1000);
  if (seconds <= 0) return { icon: 'loading', text: strings.killing, actions, counts: false };
  const text = fill(strings.stoppingFor, stopSignal ?? 'SIGTERM', formatDuration(seconds * 1000, t));
  return { icon: 'loading', text, actions, counts: true };
}
