/** CodeLens texts above a definition: the active job and the last run. Pure. */
import { formatAgo, formatProgress } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal, shownStatus } from '../../shared/status.ts';
import type { Translate } from '../base/text.ts';
import { failure } from '../row/row.ts';

export interface LensText {
  readonly text: string;
  /** The job it refers to. */
  readonly jobId: string;
}

/** Texts for the active job, if any, and the last finished job of a definition. */
export function lensTexts(jobs: readonly Job[], now: number, t: Translate): LensText[] {
  const active = latest(
    jobs.filter(({ status }) => !isTerminal(status)),
    ({ queuedAt }) => queuedAt,
  );
  const ended = latest(
    jobs.filter(({ status }) => isTerminal(status)),
    ({ endedAt }) => endedAt ?? '',
  );
  return [
    ...(active === undefined ? [] : [{ text: activeText(active, now, t), jobId: active.id }]),
    ...(ended === undefined ? [] : [{ text: t('last run: {0}', endedText(ended, now, t)), jobId: ended.id }]),
  ];
}

function latest(jobs: readonly Job[], at: (job: Job) => string): Job | undefined {
  return [...jobs].sort((a, b) => at(b).localeCompare(at(a)))[0];
}

/** The progress, or when the job started. */
function activeText(job: Job, now: number, t: Translate): string {
  switch (shownStatus(job)) {
    case 'waiting':
      return t('waiting');
    case 'cancelling':
      return t('cancelling…');
    case 'paused':
      return t('paused');
    case 'pending':
      return t('starting…');
    default: {
      const progress = formatProgress(job, t);
      if (progress !== null) return progress;
      return job.startedAt === null ? t('starting…') : t('started {0}', formatAgo(job.startedAt, now, t));
    }
  }
}

function endedText(job: Job, now: number, t: Translate): string {
  const ago = job.endedAt === null ? '' : formatAgo(job.endedAt, now, t);
  switch (job.status) {
    case 'completed':
      return t('completed {0}', ago);
    case 'cancelled':
      return t('cancelled {0}', ago);
    case 'lost':
      return t('lost {0}', ago);
    default:
      return t('failed {0} ({1})', ago, failure(job, t));
  }
}
