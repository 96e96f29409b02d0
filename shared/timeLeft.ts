/** How long a job will still take, from what jobs like it usually take and from how far it is. */
import { formatDuration } from './format.ts';
import type { Job } from './job.ts';
import { progressShare } from './status.ts';
import { type Translate, texts, untranslated } from './translate.ts';

/** `progress`: from how far it is, and what is usual where that is known; `usual`: only from what is usual. */
export type TimeLeftBasis = 'progress' | 'usual';

export interface TimeLeft {
  /** Milliseconds; null when nobody can say, as for one that takes longer than usual. */
  leftMs: number | null;
  /** What `leftMs` is from; null when there is nothing to go by. */
  basis: TimeLeftBasis | null;
}

export type TimedJob = Pick<Job, 'status' | 'startedAt' | 'pausedAt' | 'progress' | 'usualMs'>;

/** Before this much of a job is done, or it has run so long (ms), its pace says too little. */
const least = { share: 0.02, elapsedMs: 3_000 };
/** With a phase, progress may be of that alone: without anything usual to set it against, more of it is needed. */
const leastOfPhase = 0.25;
/** How far the pace may lead away from what is usual. */
const mostTimesUsual = 4;
/** It takes longer than usual from here. */
const longer = 1.25;

const nothing: TimeLeft = { leftMs: null, basis: null };

/** How long a running job will still take at `now` (ms). */
export function timeLeft(job: TimedJob, now: number): TimeLeft {
  if (job.status !== 'running' || job.startedAt === null || job.pausedAt !== null) return nothing;
  const elapsed = Math.max(0, now - Date.parse(job.startedAt));
  const share = progressShare(job);
  const usual = job.usualMs;
  if (share !== null && share >= 1) return usual === null ? nothing : fromUsual(usual, elapsed);
  const needed = usual === null && job.progress?.phase != null ? leastOfPhase : least.share;
  if (share !== null && share >= needed && elapsed >= least.elapsedMs) {
    const byPace = elapsed / share;
    // The further it is, the more its own pace counts.
    const total = usual === null ? byPace : share * Math.min(byPace, mostTimesUsual * usual) + (1 - share) * usual;
    if (total > elapsed) return { leftMs: Math.round(total - elapsed), basis: 'progress' };
  }
  return usual === null ? nothing : fromUsual(usual, elapsed);
}

function fromUsual(usual: number, elapsed: number): TimeLeft {
  return { leftMs: elapsed > usual * longer ? null : Math.max(0, usual - elapsed), basis: 'usual' };
}

/** What is said of it; `{0}` stands for a time. */
const timeLeftWords = texts({
  left: 'about {0} left',
  usual: 'usually {0}',
  longer: 'longer than usual ({0})',
});

/**
 * `about 3 min left`, `usually 3 min`, `longer than usual (3 min)`, in steps so coarse that it does not tick; null when
 * nobody can say.
 */
export function timeLeftSentence(job: TimedJob, now: number, t: Translate = untranslated): string | null {
  const { leftMs, basis } = timeLeft(job, now);
  if (basis === null) return null;
  if (basis === 'usual') {
    return t(timeLeftWords[leftMs === null ? 'longer' : 'usual'], coarseDuration(job.usualMs ?? 0, t));
  }
  return leftMs === null ? null : t(timeLeftWords.left, coarseDuration(leftMs, t));
}

/** Steps by length: up to so many seconds, rounded to so many. */
const steps: readonly [upTo: number, step: number][] = [
  [10, 5],
  [60, 10],
  [600, 60],
  [3_600, 300],
  [6 * 3_600, 1_800],
  [86_400, 3_600],
  [Number.POSITIVE_INFINITY, 6 * 3_600],
];

/** `5 s`, `40 s`, `3 min`, `25 min`, `1 h 30 min`, `7 h`, `2 d 6 h`: to the next of ever larger steps, at least 5 s. */
export function coarseDuration(ms: number, t: Translate = untranslated): string {
  const seconds = Math.max(1, ms / 1000);
  const step = steps.find(([upTo]) => seconds <= upTo)?.[1] ?? 1;
  return formatDuration(Math.ceil(seconds / step) * step * 1000, t);
}
