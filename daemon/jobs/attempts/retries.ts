/** Automatic retries of failed attempts. */
import type { JobError, RetryPolicy } from '../../../shared/job.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { nextStatus } from '../life/life.ts';
import { timeline } from '../life/timeline.ts';
import { firstSteps } from '../steps/steps.ts';
import { settle } from '../waiting/waiting.ts';

/** Milliseconds before a retry, counted from 1. `random` returns numbers from 0 to 1. */
export function retryDelay(policy: RetryPolicy, retry: number, random: () => number): number {
  const { delayMs, backoff, maxDelayMs, jitter } = policy;
  const longest = Math.min(maxDelayMs, backoff === 'fixed' ? delayMs : delayMs * 2 ** Math.min(retry - 1, 60));
  // Full jitter spreads the retries of jobs that failed together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
  return Math.round(jitter === 'full' ? random() * longest : longest);
}

/** Whether the policy allows another retry after `used` retries and this exit code. */
export function allowsRetry(policy: RetryPolicy | null, used: number, exitCode: number | null): boolean {
  if (policy === null || used >= policy.attempts) return false;
  return policy.retryOn === null || (exitCode !== null && policy.retryOn.includes(exitCode));
}

/** How an attempt failed. */
export interface Failure {
  exitCode: number | null;
  signal: string | null;
  error: JobError | null;
  endedAt: number;
}

/** Makes a job whose attempt failed wait for the next one, if its policy allows that. Returns whether it does. */
export function scheduleRetry(tx: Tx, job: JobRow, { endedAt, ...failure }: Failure): boolean {
  const policy = tx.jobs.retryPolicy(job.id);
  const status = nextStatus(job.status, 'retryLater');
  // It may still be running, so a retry could run beside it.
  if (failure.error?.code === 'RUNS_ELSEWHERE') return false;
  if (policy === null || status === null || !allowsRetry(policy, job.retriesUsed, failure.exitCode)) return false;
  const retry = job.retriesUsed + 1;
  const delay = retryDelay(policy, retry, Math.random);
  tx.updateData(job.id, { steps: firstSteps(tx.jobs.data(job.id)?.declaredSteps ?? null), result: null });
  tx.updateJob(job.id, {
    status,
    retriesUsed: retry,
    notBefore: endedAt + delay,
    startedAt: null,
    progress: null,
    ...failure,
    queuedAt: endedAt,
    lastActivityAt: endedAt,
    pausedAt: null,
  });
  tx.addEvent(job.id, {
    ...timeline.retryScheduled(retry, policy.attempts, delay),
    at: endedAt,
    attempt: job.attempt,
  });
  settle(tx, job.id, endedAt);
  return true;
}
