/** Waits for a submitted job to start. */
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';

/**
 * Resolves with the job once it has an attempt or has finished, or with undefined if it was removed. `waiting` is called
 * each time the reason for waiting changes. Rejects with the signal's reason.
 */
export function started(
  model: JobsModel,
  jobId: string,
  { waiting, signal }: { waiting(job: Job): void; signal: AbortSignal },
): Promise<Job | undefined> {
  return new Promise((resolve, reject) => {
    let waitsFor: Job['waitReason'] = null;
    const settle = (act: () => void) => {
      subscription.dispose();
      signal.removeEventListener('abort', abort);
      act();
    };
    const abort = () => settle(() => reject(signal.reason));
    const look = () => {
      const job = model.get(jobId);
      if (job === undefined) return;
      if (job.attempt > 0 || isTerminal(job.status)) settle(() => resolve(job));
      else if (job.status === 'waiting' && job.waitReason !== waitsFor) {
        waitsFor = job.waitReason;
        waiting(job);
      }
    };
    const subscription = model.onDidChange(({ removed }) => {
      if (removed.includes(jobId)) settle(() => resolve(undefined));
      else look();
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    if (!signal.aborted) look();
  });
}
