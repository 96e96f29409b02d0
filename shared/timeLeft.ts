/** Estimates a job's remaining time from its progress and from how long similar jobs usually take. */
import { formatDuration } from './format.ts';
import type { Job } from './job.ts';
import { progressShare } from './status.ts';
import { type Translate, texts, untranslated } from './translate.ts';

/** `progress`: estimated from the progress and, if known, the usual duration; `usual`: from the usual duration only. */
export type TimeLeftBasis = 'progress' | 'usual';

export interface TimeLeft {
  /** Milliseconds; null without an estimate, such as for a job that takes longer than usual. */
  leftMs: number | null;
  /** What the estimate is based on; null if there is nothing to base it on. */
  basis: TimeLeftBasis | null;
}

export type TimedJob = Pick<Job, 'status' | 'startedAt' | 'pausedAt' | 'progress' | 'usualMs'>;

/** The progress and run time (ms) from which on the pace is a usable estimate. */
const least = { share: 0.02, elapsedMs: 3_000 };
/** Progress may only cover the current phase, so more of it is needed without a usual duration to compare with. */
const leastOfPhase = 0.25;
/** The estimate by pace is limited to this multiple of the usual duration. */
const mostTimesUsual = 4;
/** From this multiple of the usual duration on, a job takes longer than usual. */
const longer = 1.25;

const nothing: TimeLeft = { leftMs: null, basis: null };

/** The remaining time of a running job at `now` (ms). */
export function timeLeft(job: TimedJob, now: number): TimeLeft {
  if (job.status !== 'running' || job.startedAt === null || job.pausedAt !== null) return nothing;
  const elapsed = Math.max(0, now - Date.parse(job.startedAt));
  const known = job.progress?.share;
  const share = known === undefined ? progressShare(job) : known;
  const usual = job.usualMs;
  if (share !== null && share >= 1) return usual === null ? nothing : fromUsual(usual, elapsed);
  const isPhase = known === undefined && usual === null && job.progress?.phase != null;
  const needed = isPhase ? leastOfPhase : least.share;
  if (share !== null && share >= needed && elapsed >= least.elapsedMs) {
    const byPace = elapsed / share;
    // The further the job is, the more its own pace counts.
    const total = usual === null ? byPace : share * Math.min(byPace, mostTimesUsual * usual) + (1 - share) * usual;
    if (total > elapsed) return { leftMs: Math.round(total - elapsed), basis: 'progress' };
  }
  return usual === null ? nothing : fromUsual(usual, elapsed);
}

function fromUsual(usual: number, elapsed: number): TimeLeft {
  return { leftMs: elapsed > usual * longer ? null : Math.max(0, usual - elapsed), basis: 'usual' };
}

const timeLeftWords = texts({
  left: 'about {0} left',
  usual: 'usually {0}',
  longer: 'longer than usual ({0})',
});

/**
 * `about 3 min left`, in steps so coarse that the text rarely changes, `usually 3 min` or `longer than usual (3 min)`; null
 * if there is no estimate.
 */
export function timeLeftSentence(job: TimedJob, now: number, t: Translate = untranslated): string | null {
  const { leftMs, basis } = timeLeft(job, now);
  if (basis === null) return null;
  if (basis === 'usual') {
    return t(timeLeftWords[leftMs === null ? 'longer' : 'usual'], usualDuration(job.usualMs ?? 0, t));
  }
  return leftMs === null ? null : t(timeLeftWords.left, coarseDuration(leftMs, t));
}

/** A usual duration doesn't change while the job runs, so it is rounded only to what a median is worth: to two digits. */
function usualDuration(ms: number, t: Translate): string {
  const seconds = Math.max(1, ms / 1000);
  const step = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 30 : seconds < 3_600 ? 60 : 600;
  return formatDuration(Math.round(seconds / step) * step * 1000, t);
}

/** Up to which duration (s) to round to which step (s). */
const steps: readonly [upTo: number, step: number][] = [
  [10, 5],
  [60, 10],
  [600, 60],
  [3_600, 300],
  [6 * 3_600, 1_800],
  [86_400, 3_600],
  [Number.POSITIVE_INFINITY, 6 * 3_600],
];

/** `5 s`, `40 s`, `3 min`, `25 min`, `1 h 30 min`, `7 h`, `2 d 6 h`: rounded up to steps that grow with the duration. */
export function coarseDuration(ms: number, t: Translate = untranslated): string {
  const seconds = Math.max(1, ms / 1000);
  const step = steps.find(([upTo]) => seconds <= upTo)?.[1] ?? 1;
  return formatDuration(Math.ceil(seconds / step) * step * 1000, t);
}
