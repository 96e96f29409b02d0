/** How long attempts may run. */
import { formatDuration } from '../../../shared/format.ts';
import type { JobError } from '../../../shared/job.ts';
import type { Rows } from '../../store/reads.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';

/**
 * When an attempt that started `at` has run long enough: by the job's own limit, else its queue's; null for none. A
 * reported job runs in no queue.
 */
export function deadlineOf(rows: Rows, job: JobRow, at: number): number | null {
  const ofQueue = job.engine === 'reported' ? null : rows.queue(job.queue)?.timeLimitMs;
  const limit = job.timeLimitMs ?? ofQueue ?? null;
  return limit === null ? null : at + limit;
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

/** The limit an attempt has, for people. */
export function limitText({ deadline, startedAt }: Pick<AttemptRow, 'deadline' | 'startedAt'>): string {
  return formatDuration((deadline ?? 0) - (startedAt ?? 0));
}
