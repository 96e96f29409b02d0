/** Questions about a job's status that every side of the wire asks. */
import type { Job, JobStatus } from './job.ts';

const terminal: ReadonlySet<JobStatus> = new Set(['completed', 'failed', 'cancelled', 'lost']);

/** Whether the status ends an attempt. A terminal status changes only by a new attempt. */
export function isTerminal(status: JobStatus): boolean {
  return terminal.has(status);
}

/** What a person is told: as the status, but `cancelling` while a cancel is on its way, and `paused` while it is stopped. */
export type ShownStatus = JobStatus | 'cancelling' | 'paused';

/** What tells the status to show. */
export type StatusFacts = Pick<Job, 'status' | 'cancelRequestedAt'> & Partial<Pick<Job, 'pausedAt'>>;

/** The status to show for a job. */
export function shownStatus({ status, cancelRequestedAt, pausedAt = null }: StatusFacts): ShownStatus {
  if (cancelRequestedAt !== null && !isTerminal(status)) return 'cancelling';
  return pausedAt !== null && status === 'running' ? 'paused' : status;
}

/** Share done from 0 to 1, or null when the job does not say. */
export function progressShare(job: Pick<Job, 'progress'>): number | null {
  const { current, total } = job.progress ?? { current: 0, total: null };
  return total === null || total <= 0 ? null : Math.min(1, Math.max(0, current / total));
}
