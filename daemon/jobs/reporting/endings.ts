/** Endings of reported jobs that their programs did not tell of; in a transaction. */
import { formatDuration } from '../../../shared/format.ts';
import type { JobError, Step } from '../../../shared/job.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { markEnded, unfinishedAttempt } from '../attempts.ts';
import { ended } from './steps.ts';

/** Ends those that have not been heard of for as long as they have to be; after a cancel they count as cancelled. */
export function endSilent(tx: Tx, now: number): void {
  for (const id of tx.unheard(now)) {
    const job = tx.job(id);
    const attempt = job && unfinishedAttempt(tx, job);
    if (job && attempt) endUntold(tx, job, attempt, { error: silenceError(job.heartbeatMs ?? 0), at: now });
  }
}

/** Ends an attempt of which nobody knows more than that it is over. */
export function endUntold(
  tx: Tx,
  job: JobRow,
  attempt: AttemptRow,
  { error, at }: { error: JobError | null; at: number },
): void {
  const steps = tx.data(job.id)?.steps;
  if (steps) tx.updateData(job.id, { steps: ended(JSON.parse(steps) as Step[], 'failed', at) });
  markEnded(tx, job, attempt, { exitCode: null, signal: null, endedAt: at, error });
}

function silenceError(heartbeatMs: number): JobError {
  return {
    code: 'HEARTBEAT_LOST',
    message: `Nothing was heard of it for ${formatDuration(heartbeatMs)}.`,
    hint: 'Its program may have ended, or lost the connection. One that is silent for longer needs a larger “heartbeatMs”.',
    details: null,
  };
}
