/** Timeouts of attempts. */
import type { JobError } from '../../../shared/job.ts';
import { jobFailure } from '../../../shared/messages/jobFailures.ts';
import type { Reads } from '../../store/reads.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import { kindOf } from '../kindOf.ts';

/**
 * The deadline of an attempt that started `at`: by the timeout of the job or else of its queue; null for none. The
 * queue of a reported job does not matter.
 */
export function deadlineOf(rows: Reads, job: JobRow, at: number): number | null {
  const ofQueue = kindOf(job) === 'reported' ? null : rows.queues.find(job.queue)?.timeLimitMs;
  const limit = job.timeLimitMs ?? ofQueue ?? null;
  return limit === null ? null : at + limit;
}

/** The error of an attempt that was stopped because of its timeout. */
export function timeLimitError(attempt: AttemptRow, job: JobRow): JobError {
  const id = kindOf(job) === 'reported' ? 'TIME_LIMIT/reported' : 'TIME_LIMIT';
  return { ...jobFailure.problem(id, { limit: limitOf(attempt) }), details: null };
}

/** The timeout of an attempt in milliseconds. */
export function limitOf({ deadline, startedAt }: Pick<AttemptRow, 'deadline' | 'startedAt'>): number {
  return (deadline ?? 0) - (startedAt ?? 0);
}
