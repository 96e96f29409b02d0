/** Questions about a job's status that every side of the wire asks. */
import type { Job, JobStatus } from './job.ts';

const terminal: ReadonlySet<JobStatus> = new Set(['completed', 'failed', 'cancelled', 'lost']);

/** Whether the status ends an attempt. A terminal status changes only by a new attempt. */
export function isTerminal(status: JobStatus): boolean {
  return terminal.has(status);
}

/** What a person is told: as the status, but `cancelling` while a cancel is on its way. */
export type ShownStatus = JobStatus | 'cancelling';

/** The status to show for a job. */
export function shownStatus(job: Pick<Job, 'status' | 'cancelRequestedAt'>): ShownStatus {
  return job.cancelRequestedAt !== null && !isTerminal(job.status) ? 'cancelling' : job.status;
}

/** Share done from 0 to 1, or null when the job does not say. */
export function progressShare(job: Pick<Job, 'progress'>): number | null {
  const { current, total } = job.progress ?? { current: 0, total: null };
  return total === null || total <= 0 ? null : Math.min(1, Math.max(0, current / total));
}
