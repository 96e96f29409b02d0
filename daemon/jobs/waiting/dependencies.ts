/**
 * Jobs that run after others, in a transaction. A job can only depend on jobs that exist when it is submitted, so
 * cycles are possible only through a group; `addDependencies` checks for that.
 */
import type { JobError } from '../../../shared/job.ts';
import { dependencyFailure, dependencyProblem } from '../../../shared/messages/dependencies.ts';
import type { SubmitRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { nextStatus } from '../life/life.ts';
import { timeline } from '../life/timeline.ts';
import { noWait, settle } from './waiting.ts';

/**
 * Makes a new job wait for the jobs it depends on. If one of them has already failed, the job is cancelled at once, as
 * it would be if that happened later.
 * @throws JobdeckError JOB_NOT_FOUND, INVALID_REQUEST
 */
export function addDependencies(tx: Tx, id: string, { after = [], afterAny = [] }: SubmitRequest, now: number): void {
  const always = new Set(afterAny);
  const both = after.find((onId) => always.has(onId));
  if (both !== undefined) throw dependencyProblem('INVALID_REQUEST/dependencyTwice', { id: both });
  const parentId = tx.jobs.find(id)?.parentId ?? null;
  if (parentId !== null && tx.dependencies.leadsTo([...after, ...afterAny], parentId)) {
    throw dependencyProblem('INVALID_REQUEST/dependencyOnGroup');
  }
  const failed: JobRow[] = [];
  for (const onId of new Set([...after, ...afterAny])) {
    const on = onId === id ? null : tx.jobs.find(onId);
    if (!on) throw dependencyProblem('JOB_NOT_FOUND/dependency', { id: onId });
    const met = meets(on, always.has(onId));
    tx.insertDependency(id, { onId, always: always.has(onId) ? 1 : 0, met: met === true ? 1 : 0 });
    if (met === false) failed.push(on);
  }
  const [first] = failed;
  if (first) cancelAfter(tx, id, first, now);
}

/** Queues or cancels the jobs that wait for a finished job, and in turn the jobs that wait for cancelled ones. */
export function endDependencies(tx: Tx, endedId: string, now: number): void {
  const ended = [endedId];
  for (let onId = ended.pop(); onId !== undefined; onId = ended.pop()) {
    const on = tx.jobs.find(onId);
    if (!on) continue;
    for (const { jobId, always } of tx.dependencies.waitingFor(onId)) {
      if (meets(on, always === 1) === true) {
        tx.meetDependency(jobId, onId, 1);
        settle(tx, jobId, now);
      } else if (cancelAfter(tx, jobId, on, now)) ended.push(jobId);
    }
  }
}

/**
 * Makes a retried job wait for its dependencies that are still active. The outcome of the others no longer matters,
 * because the user wants the job to run.
 */
export function renewDependencies(tx: Tx, id: string): void {
  for (const { onId } of tx.dependencies.of(id)) {
    const on = tx.jobs.find(onId);
    tx.meetDependency(id, onId, on === null || isTerminal(on.status) ? 1 : 0);
  }
}

/** Whether a finished job allows a dependent job to run; null while it is active. */
function meets(on: JobRow, always: boolean): boolean | null {
  if (!isTerminal(on.status)) return null;
  return always || on.status === 'completed';
}

/** Cancels a job because a dependency did not complete. Returns whether that changed anything. */
function cancelAfter(tx: Tx, id: string, on: JobRow, now: number): boolean {
  const job = tx.jobs.find(id);
  const status = job && nextStatus(job.status, 'cancel');
  if (!job || !status) return false;
  const outcome = on.status === 'cancelled' || on.status === 'lost' ? on.status : 'failed';
  const problem = dependencyFailure.problem(`DEPENDENCY_FAILED/${outcome}`, { title: on.title, id: on.id });
  const error: JobError = { ...problem, details: null };
  // The end of the other job may be older than this job, when the daemon learned of it only now.
  const at = Math.max(now, job.lastActivityAt);
  tx.updateJob(id, { status, error, endedAt: at, lastActivityAt: at, ...noWait });
  tx.addEvent(id, { ...timeline.dependencyFailed(error), at, attempt: null });
  return true;
}
