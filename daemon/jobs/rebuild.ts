/** Restores what run folders know of jobs that the database has lost; in a transaction, before jobs are recovered. */
import { jobFailure } from '../../shared/messages/jobFailures.ts';
import type { FoundLaunch } from '../engines/engine.ts';
import { nextAfter } from '../scheduling/cron.ts';
import type { Tx } from '../store/tx.ts';
import { localEngine } from './kindOf.ts';
import { timeline } from './life/timeline.ts';
import { currentLaunch, isBeingStopped, unfinishedAttempt } from './lookup.ts';
import { defaultQueue } from './queues/queue.ts';
import { defaultTitle, defaultType } from './submission/defaults.ts';
import { setHeld } from './waiting/hold.ts';
import { noWait } from './waiting/waiting.ts';

/**
 * Adds the launches that the database does not know as running, under their IDs. Recovery then adopts running ones and
 * ends the others. Returns how many jobs were restored.
 */
export function restoreLaunches(tx: Tx, found: readonly FoundLaunch[], now: number): number {
  const latest = new Map<string, FoundLaunch>();
  for (const launch of found) {
    const other = latest.get(launch.jobId);
    const isLater =
      other === undefined ||
      launch.attempt > other.attempt ||
      (launch.attempt === other.attempt && launch.launch > other.launch);
    if (isLater) latest.set(launch.jobId, launch);
  }
  return [...latest.values()].filter((launch) => {
    const isRestored = restore(tx, launch, now);
    restoreCancel(tx, launch);
    return isRestored;
  }).length;
}

/**
 * Keeps an earlier or another database from running what may have run since: holds jobs that wait, and skips missed runs
 * of schedules. Attempts without a run folder may have run and ended since, so they are neither launched again nor retried
 * automatically.
 */
export function holdBack(tx: Tx, found: readonly FoundLaunch[], now: number): void {
  const launched = new Set(found.map(({ jobId, attempt }) => `${jobId}.${attempt}`));
  for (const id of tx.jobs.active()) {
    const job = tx.jobs.find(id);
    if (!job || job.engine !== localEngine) continue;
    const attempt = unfinishedAttempt(tx, job);
    if (!attempt) setHeld(tx, job, true, now);
    else if (!launched.has(`${id}.${attempt.number}`)) {
      // The start of one that is “starting” would be taken for one that never happened.
      tx.updateAttempt(id, attempt.number, { status: 'running' });
      tx.updateData(id, { retry: null });
    }
  }
  for (const schedule of tx.schedules.all()) {
    if (schedule.nextRunAt === null || schedule.nextRunAt > now) continue;
    tx.putSchedule({ ...schedule, nextRunAt: nextAfter(schedule.cron, schedule.timezone, now) });
  }
}

function restore(tx: Tx, { jobId, attempt, launch, record, pid, startedAt }: FoundLaunch, now: number): boolean {
  const job = tx.jobs.find(jobId);
  const known = job && tx.attempts.find(jobId, attempt);
  if (job && (job.attempt > attempt || (known && (known.launch >= launch || known.endedAt !== null)))) return false;
  const at = startedAt ?? record?.createdAt ?? now;
  const command = record?.command ?? { argv: [] };
  const queue = tx.queues.find(record?.queue ?? '')?.name ?? defaultQueue;
  if (!job) {
    tx.insertJob(
      {
        id: jobId,
        title: record?.title ?? (defaultTitle(command) || jobId),
        type: record?.type ?? defaultType(command),
        status: 'pending',
        trigger: record?.trigger ?? 'manual',
        engine: localEngine,
        queue,
        priority: record?.priority ?? 'normal',
        cwd: record?.cwd ?? null,
        workspace: record?.workspace ?? null,
        createdBy: record?.createdBy ?? null,
        tags: record?.tags ?? null,
        definition: record?.definition ?? null,
        timeLimitMs: record?.timeLimitMs ?? null,
        stdin: record?.stdin === true ? 1 : 0,
        createdAt: record?.createdAt ?? at,
        queuedAt: record?.createdAt ?? at,
        lastActivityAt: at,
      },
      { command, outputProgress: record?.outputProgress ?? null },
    );
  }
  // A later attempt was started, so this one has ended.
  const earlier = job && unfinishedAttempt(tx, job);
  if (earlier && earlier.number < attempt) {
    const error = { ...jobFailure.problem('NO_EXIT_STATUS/plain'), details: null };
    tx.updateAttempt(jobId, earlier.number, { status: 'failed', error, endedAt: at });
  }
  const deadline = record?.timeLimitMs == null ? null : at + record.timeLimitMs;
  const facts = { launch, status: 'running', pid, startedAt: at, deadline } as const;
  if (known) tx.updateAttempt(jobId, attempt, facts);
  else tx.insertAttempt(jobId, { number: attempt, createdAt: at, ...facts });
  const clean = { ...noWait, held: 0, endedAt: null, error: null, exitCode: null, signal: null };
  tx.updateJob(jobId, { ...clean, status: 'running', attempt, startedAt: at, lastActivityAt: now });
  tx.addEvent(jobId, { ...timeline.restored(), at: now, attempt });
  return true;
}

/** Recovery completes a cancel that the database has lost. A timeout is due again without this. */
function restoreCancel(tx: Tx, launch: FoundLaunch): void {
  const { stopRequestedAt } = launch;
  const current = stopRequestedAt === null ? null : currentLaunch(tx, launch);
  if (stopRequestedAt === null || current === null || isBeingStopped(current.job)) return;
  const { job, attempt } = current;
  if (attempt.deadline !== null && stopRequestedAt >= attempt.deadline) return;
  tx.updateJob(job.id, { cancelRequestedAt: job.cancelRequestedAt ?? stopRequestedAt, cancelSignal: null });
  tx.addEvent(job.id, { ...timeline.cancelRequested(), at: stopRequestedAt, attempt: attempt.number });
}
