/** Changes of a job together with its latest attempt and its timeline, in a transaction. */
import type { AttemptOutcome, Launch } from '../../engines/engine.ts';
import type { AttemptRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { errorOf, eventOf, nextStatus, outcomeOf } from '../life/life.ts';
import { timeline } from '../life/timeline.ts';
import { endDependencies } from '../waiting/dependencies.ts';
import { noWait } from '../waiting/waiting.ts';
import { launchOf } from './launch.ts';
import { scheduleRetry } from './retries.ts';
import { deadlineOf, timeLimitError } from './timeLimits.ts';
import { usualTime } from './usualTime.ts';

/** Adds the job's next attempt as `starting`. */
export function addAttempt(tx: Tx, job: JobRow, now: number): Launch {
  const number = job.attempt + 1;
  tx.insertAttempt(job.id, { number, launch: 1, status: 'starting', commandLine: job.commandLine, createdAt: now });
  const status = job.status === 'waiting' ? nextStatus(job.status, 'release') : job.status;
  if (status !== 'pending') throw new Error(`Job ${job.id} can't start: it is ${job.status}.`);
  // Until now, a job retried by its policy showed how its previous attempt ended.
  const clean = { progress: null, error: null, exitCode: null, signal: null };
  if (number > 1) tx.forgetReportClients(job.id);
  tx.updateJob(job.id, { status, ...noWait, ...clean, attempt: number, lastActivityAt: now });
  return launchOf(tx, job, { attempt: number, launch: 1 });
}

/** Marks an attempt as running. */
export function markStarted(tx: Tx, job: JobRow, attempt: AttemptRow, facts: { pid: number | null; at: number }): void {
  const status = nextStatus(job.status, 'start');
  if (status === null || attempt.status !== 'starting') return;
  tx.updateAttempt(job.id, attempt.number, {
    status: 'running',
    pid: facts.pid,
    startedAt: facts.at,
    deadline: deadlineOf(tx, job, facts.at),
  });
  tx.updateJob(job.id, { status, startedAt: facts.at, lastActivityAt: facts.at, usualMs: usualTime(tx, job) });
  tx.addEvent(job.id, { ...timeline.started(facts.pid), at: facts.at, attempt: attempt.number });
}

/** Ends an attempt, and with it the job unless a retry follows. */
export function markEnded(tx: Tx, job: JobRow, attempt: AttemptRow, end: AttemptOutcome): void {
  const outcome = outcomeOf(end, job.cancelRequestedAt !== null);
  const status = nextStatus(job.status, eventOf[outcome]);
  if (status === null) return;
  const { exitCode, signal, endedAt } = end;
  const timedOut = attempt.timedOutAt !== null;
  const error = outcome !== 'failed' ? null : timedOut ? timeLimitError(attempt, job) : errorOf(end);
  const facts = { exitCode, signal, error, endedAt };
  const peakMemoryBytes = end.peakMemoryBytes ?? null;
  const killedAfterMs = end.killed?.afterMs ?? null;
  tx.updateAttempt(job.id, attempt.number, { status: outcome, ...facts, peakMemoryBytes, killedAfterMs });
  const ms = attempt.startedAt === null ? null : Math.max(0, endedAt - attempt.startedAt);
  if (end.killed) tx.addEvent(job.id, { ...timeline.killed(end.killed), at: endedAt, attempt: attempt.number });
  tx.addEvent(job.id, {
    ...timeline.ended(outcome, { exitCode, signal, ms, error }),
    at: endedAt,
    attempt: attempt.number,
  });
  if (outcome === 'failed' && scheduleRetry(tx, job, facts)) return;
  tx.updateJob(job.id, { status, ...facts, pausedAt: null, lastActivityAt: endedAt });
  endDependencies(tx, job.id, endedAt);
}

/** Cancels a job that has not run yet, with its unfinished attempt if it has one. */
export function markNeverRun(tx: Tx, job: JobRow, attempt: AttemptRow | null, now: number): void {
  const status = nextStatus(job.status, 'cancel');
  if (status === null) return;
  if (attempt) tx.updateAttempt(job.id, attempt.number, { status: 'cancelled', endedAt: now });
  const cancelRequestedAt = job.cancelRequestedAt ?? now;
  tx.updateJob(job.id, { status, cancelRequestedAt, endedAt: now, lastActivityAt: now, ...noWait });
  tx.addEvent(job.id, { ...timeline.neverStarted(), at: now, attempt: attempt?.number ?? null });
  endDependencies(tx, job.id, now);
}
