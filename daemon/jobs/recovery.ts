/** Recovers the jobs of an earlier daemon when this one starts. */
import type { Clock } from '../clock.ts';
import type { UnfinishedAttempt } from '../engines/engine.ts';
import type { Reads } from '../store/reads.ts';
import type { Tx } from '../store/tx.ts';
import { launchOf, ownEnvironment } from './attempts/launch.ts';
import type { EngineCall, EngineCalls } from './engineCalls.ts';
import { kindOf } from './kindOf.ts';
import { timeline } from './life/timeline.ts';
import { currentLaunch, isBeingStopped } from './lookup.ts';
import type { Writer } from './writer.ts';

/** How many attempts were left, and each whose state is known again. */
export interface RecoveryProgress {
  expect(total: number): void;
  found(): void;
}

export interface RecoveryDeps {
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
  progress: RecoveryProgress | null;
}

/** Lets the engines find out the state of unfinished attempts. */
export async function recoverAttempts(
  attempts: EngineCall<UnfinishedAttempt>[],
  { writer, calls, clock, progress }: RecoveryDeps,
): Promise<void> {
  progress?.expect(attempts.length);
  await calls.recover(attempts, () => progress?.found());
  await writer.persist((tx) => {
    for (const { what } of attempts) noteAdopted(tx, what, clock.now());
  });
}

/** The attempts that an earlier daemon left, except remote ones: their engines report them. */
export function unfinishedAttempts(rows: Reads): EngineCall<UnfinishedAttempt>[] {
  const own = ownEnvironment();
  return rows.attempts.unfinished().flatMap((attempt) => {
    const job = rows.jobs.find(attempt.jobId);
    if (!job || kindOf(job) === 'remote') return [];
    const launch = launchOf(rows, job, { attempt: attempt.number, launch: attempt.launch }, () => own);
    const status = attempt.status === 'running' ? 'running' : 'starting';
    const cancelRequested = isBeingStopped(job) || attempt.timedOutAt !== null;
    const { cancelFirst } = job;
    const how = cancelRequested && cancelFirst !== null ? { stopSignal: cancelFirst } : {};
    return [
      { engine: job.engine, what: { ...launch, ...how, status, cancelRequested, paused: job.pausedAt !== null } },
    ];
  });
}

function noteAdopted(tx: Tx, attempt: UnfinishedAttempt, at: number): void {
  if (attempt.status !== 'running' || !currentLaunch(tx, attempt)) return;
  tx.addEvent(attempt.jobId, { ...timeline.adopted(), at, attempt: attempt.attempt });
  // Programs could not report while the daemon was not running, so the heartbeat timeout starts again.
  if (tx.jobs.find(attempt.jobId)?.heartbeatMs != null) tx.noteActivity(attempt.jobId, at, undefined);
}
