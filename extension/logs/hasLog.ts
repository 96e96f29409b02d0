/** Whether a job has a log here. */
import type { Job } from '../../shared/job.ts';

/** Of one that runs elsewhere, its engine has the output. */
export function hasLog({ attempt, connection }: Pick<Job, 'attempt' | 'connection'>): boolean {
  return attempt > 0 && connection === null;
}
