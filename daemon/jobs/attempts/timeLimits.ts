/** How long attempts may run. */
import { formatDuration } from '../../../shared/format.ts';
import type { JobError } from '../../../shared/job.ts';
import type { Reads } from '../../store/reads.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import { kindOf } from '../kindOf.ts';

/**
 * The deadline of an attempt that started `at`: by the job's own time limit, else by that of its queue; null for none. A
 * reported job runs in no queue.
 */
export function deadlineOf(rows: Reads, job: JobRow, at: number): number | null {
  const ofQueue = kindOf(job) === 'reported' ? null : rows.queues.find(job.queue)?.timeLimitMs;
  const limit = job.timeLimitMs ?? ofQueue ?? null;
  return limit === null ? null : at + limit;
}

/** Why an attempt failed that was stopped for its time limit. */
export function timeLimitError(attempt: AttemptRow, job: JobRow): JobError {
  return {
    code: 'TIME_LIMIT',
    message: `It ran longer than its time limit of ${limitText(attempt)}.`,
    hint:
      kindOf(job) === 'reported'
        ? 'Its program may still run. Have it start the job with a larger “timeLimitMs”, or with null for none.'
        : 'Give it more time with --time-limit, or raise that of its queue.',
    details: null,
  };
}

/** The limit an attempt has, for people. */
export function limitText({ deadline, startedAt }: Pick<AttemptRow, 'deadline' | 'startedAt'>): string {
  return formatDuration((deadline ?? 0) - (startedAt ?? 0));
}
