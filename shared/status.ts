/** Facts about statuses that daemon and clients share. */
import type { Job, JobStatus } from './job.ts';

const terminal: ReadonlySet<JobStatus> = new Set(['completed', 'failed', 'cancelled', 'lost']);

/** Whether the job has finished. Only a new attempt changes a terminal status. */
export function isTerminal(status: JobStatus): boolean {
  return terminal.has(status);
}

/** The status on screen: `cancelling` after a cancel request and `paused` while stopped, otherwise the job's status. */
export type ShownStatus = JobStatus | 'cancelling' | 'paused';

/** What the status on screen depends on. */
export type StatusFacts = Pick<Job, 'status' | 'cancelRequestedAt'> & Partial<Pick<Job, 'pausedAt'>>;

/** The status of a job on screen. */
export function shownStatus({ status, cancelRequestedAt, pausedAt = null }: StatusFacts): ShownStatus {
  if (cancelRequestedAt !== null && !isTerminal(status)) return 'cancelling';
  return pausedAt !== null && status === 'running' ? 'paused' : status;
}

/** The progress from 0 to 1; null if the job reports none. */
export function progressShare(job: Pick<Job, 'progress'>): number | null {
  const { current, total, share } = job.progress ?? { current: 0, total: null };
  return total === null || total <= 0 ? null : Math.min(1, Math.max(0, share ?? current / total));
}
