/** Processes that keep running after their attempt has ended, or that can't be ended: the writes. */
import type { LeftoverProcess } from '../../../shared/job.ts';
import type { AttemptRef, StuckProcess } from '../../engines/engine.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { EngineCall } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';

/** Processes that an attempt lists. */
const maxListed = 100;

/** Records the processes of an ended attempt that are still running; none when all have ended. */
export function markLeftovers(tx: Tx, ref: AttemptRef, processes: readonly LeftoverProcess[], now: number): void {
  const job = tx.jobs.find(ref.jobId);
  const attempt = tx.attempts.find(ref.jobId, ref.attempt);
  if (!job || !attempt || attempt.launch !== ref.launch || attempt.endedAt === null) return;
  const before = leftoversOf(attempt);
  if (before.length === 0 && processes.length === 0) return;
  const listed = processes.slice(0, maxListed);
  tx.updateAttempt(job.id, attempt.number, { leftovers: listed.length === 0 ? null : listed });
  tx.updateJob(job.id, { leftoverCount: Math.max(0, job.leftoverCount - before.length + listed.length) });
  const event = { at: now, attempt: attempt.number };
  if (before.length === 0) tx.addEvent(job.id, { ...timeline.leftovers(listed), ...event });
  if (listed.length === 0) tx.addEvent(job.id, { ...timeline.leftoversEnded(), ...event });
}

/** Records that processes of an attempt don't end, although they were sent a signal. */
export function noteStuck(
  tx: Tx,
  { jobId, attempt }: AttemptRef,
  processes: readonly StuckProcess[],
  now: number,
): void {
  if (!tx.jobs.find(jobId)) return;
  for (const process of processes) tx.addEvent(jobId, { ...timeline.stuck(process), at: now, attempt });
}

/** Tells the user which processes of earlier attempts a cancel does not end. They may run on purpose, such as a server. */
export function noteLeftovers(tx: Tx, job: JobRow, now: number): void {
  if (job.leftoverCount === 0) return;
  for (const attempt of tx.attempts.of(job.id)) {
    const left = leftoversOf(attempt);
    if (left.length > 0) tx.addEvent(job.id, { ...timeline.leftovers(left), at: now, attempt: attempt.number });
  }
}

/** Forgets the processes of all attempts but these: they ended while no daemon was running. */
export function forgetLeftovers(tx: Tx, current: readonly AttemptRef[], now: number): void {
  const kept = new Set(current.map(({ jobId, attempt }) => `${jobId} ${attempt}`));
  for (const { jobId, number, launch } of tx.attempts.withLeftovers()) {
    if (!kept.has(`${jobId} ${number}`)) markLeftovers(tx, { jobId, attempt: number, launch }, [], now);
  }
}

/** The calls that kill the processes that ended attempts of a job left. Records that they are force stopped. */
export function leftoverKills(tx: Tx, job: JobRow, now: number): EngineCall<AttemptRef>[] {
  if (job.leftoverCount === 0) return [];
  const attempts = tx.attempts.of(job.id).filter((attempt) => leftoversOf(attempt).length > 0);
  return attempts.map(({ number, launch }) => {
    tx.addEvent(job.id, { ...timeline.leftoversKilled(), at: now, attempt: number });
    return { engine: job.engine, what: { jobId: job.id, attempt: number, launch } };
  });
}

function leftoversOf({ leftovers }: Pick<AttemptRow, 'leftovers'>): LeftoverProcess[] {
  return leftovers === null ? [] : JSON.parse(leftovers);
}
