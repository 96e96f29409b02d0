/** Attempts that run longer than they may. */
import { formatDuration } from '../../shared/format.ts';
import type { JobError } from '../../shared/job.ts';
import type { AttemptRef } from '../engines/engine.ts';
import type { Rows } from '../store/reads.ts';
import type { AttemptRow, JobRow } from '../store/rows.ts';
import type { Tx } from '../store/tx.ts';
import type { EngineCall } from './engineCalls.ts';
import { endUntold } from './reporting/endings.ts';
import { timeline } from './timeline.ts';

/**
 * When an attempt that started `at` has run long enough: by the job's own limit, else its queue's; null for none. A
 * reported job runs in no queue.
 */
export function deadlineOf(rows: Rows, job: JobRow, at: number): number | null {
  const ofQueue = job.engine === 'reported' ? null : rows.queue(job.queue)?.timeLimitMs;
  const limit = job.timeLimitMs ?? ofQueue ?? null;
  return limit === null ? null : at + limit;
}

/** Notes which running attempts are beyond their limit; returns the cancels to ask of their engines after the commit. */
export function endOverdue(tx: Tx, now: number): EngineCall<AttemptRef>[] {
  return tx.overdue(now).flatMap(({ jobId, ...attempt }): EngineCall<AttemptRef>[] => {
    const job = tx.job(jobId);
    if (!job) return [];
    tx.updateAttempt(jobId, attempt.number, { timedOutAt: now });
    tx.updateJob(jobId, { lastActivityAt: now });
    if (job.engine === 'reported') endUntold(tx, job, { ...attempt, timedOutAt: now }, { error: null, at: now });
    else tx.addEvent(jobId, { ...timeline.timedOut(limitText(attempt)), at: now, attempt: attempt.number });
    return [{ engine: job.engine, what: { jobId, attempt: attempt.number, launch: attempt.launch } }];
  });
}

/** Why an attempt failed that was stopped for its time limit. */
export function timeLimitError(attempt: AttemptRow, engine: string): JobError {
  return {
    code: 'TIME_LIMIT',
    message: `It ran longer than its time limit of ${limitText(attempt)}.`,
    hint:
      engine === 'reported'
        ? 'Its program may still run. Have it start the job with a larger “timeLimitMs”, or with null for none.'
        : 'Give it more time with --time-limit, or raise that of its queue.',
    details: null,
  };
}

function limitText({ deadline, startedAt }: Pick<AttemptRow, 'deadline' | 'startedAt'>): string {
  return formatDuration((deadline ?? 0) - (startedAt ?? 0));
}
