/** What a job waits for before it starts or stops, and what ends the wait. */

import { formatDuration } from '../../../shared/format.ts';
import type { JobDetail } from '../../../shared/job.ts';
import type { SnapshotMessage } from '../../../shared/panel.ts';
import { shownStatus } from '../../../shared/status.ts';
import { waitSentence } from '../../../shared/waits.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import { type ActionView, act, blockedReason } from './actions.ts';

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
  const view = shownStatus(job) === 'cancelling' ? cancelling(state, job, now) : waiting(job, now);
  return view === null || blockedReason(state) === null ? view : { ...view, actions: [], counts: false };
}

function waiting(job: JobDetail, now: number): ObstacleView | null {
  const sentence = waitSentence(job, now, t);
  if (sentence === null) return null;
  const text = fill(strings.waitingFor, sentence);
  return { icon: 'clock', text, actions: endsOf(job), counts: job.waitUntil !== null };
}

/** What ends the wait. A group waits for the same thing as its first job, which may be in any queue. */
function endsOf({ waitReason, children, dependencies, capabilities }: JobDetail): ActionView[] {
  const primary = { primary: true };
  const next = dependencies.find(({ met, title }) => !met && title !== null);
  if (capabilities.release.allowed) return [act('release', strings.release, 'debug-continue', primary)];
  if (waitReason === 'queuePaused' && children === null)
    return [act('resumeQueue', strings.resumeQueue, 'debug-continue', primary)];
  if (waitReason === 'queueFull' && children === null) return [act('resizeQueue', strings.resizeQueue, 'list-ordered')];
  if (waitReason === 'dependency' && next !== undefined)
    return [act('showJob', strings.showDependency, 'link-external', { jobId: next.jobId })];
  return [];
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
