/** Whether an attempt is over. */
import type { Job } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';

/** Whether this attempt of a job is known to have finished. */
export function hasEnded(job: Pick<Job, 'status' | 'attempt'> | undefined, attempt: number): boolean {
  return job !== undefined && (job.attempt > attempt || (job.attempt === attempt && isTerminal(job.status)));
}
