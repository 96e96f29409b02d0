/** Makes sure that an attempt never runs at the same time as processes of an earlier one that was killed. */
import { localProblem } from '../../../../shared/messages/localJobs.ts';
import { type Clock, wait } from '../../../clock.ts';
import type { AttemptRef } from '../../engine.ts';
import { runFolderName } from '../supervising/runFolder.ts';
import type { Tracked } from '../tracked.ts';
import { launchesIn } from './sweep.ts';

/** Milliseconds to wait for earlier attempts before the new one fails. */
const timeoutMs = 30_000;

export interface EarlierAttemptDeps {
  runDir: string;
  /** Whether the processes of an ended launch were left running on purpose. */
  mayRun(name: string): boolean;
  /** Kills the processes of a launch that is not tracked. */
  kill(ref: AttemptRef): Promise<void>;
  clock: Clock;
  /** Stops the waiting. */
  signal: AbortSignal;
}

/**
 * Waits until the killed earlier attempts of a job have no processes left. An earlier attempt that is not tracked was
 * force-stopped by an earlier daemon that exited before it could kill the processes, so it is killed now. Rejects if
 * the processes don't end in time.
 */
export async function waitForEarlierAttempts(
  { jobId, attempt }: AttemptRef,
  tracked: ReadonlyMap<string, Tracked>,
  { runDir, mayRun, kill, clock, signal }: EarlierAttemptDeps,
): Promise<void> {
  if (attempt === 1) return;
  const isEarlier = (ref: AttemptRef) => ref.jobId === jobId && ref.attempt < attempt;
  const killed = [...tracked.values()].filter((job) => job.killRequested && isEarlier(job.launch));
  const orphans = (await launchesIn(runDir)).filter((ref) => {
    const name = runFolderName(ref);
    return isEarlier(ref) && !tracked.has(name) && !mayRun(name);
  });
  if (killed.length + orphans.length === 0) return;
  const settled = new AbortController();
  const kills = orphans.map(kill);
  const gone = Promise.all([...killed.map((job) => job.gone), ...kills]).then(() => true);
  const timeout = wait(timeoutMs, clock, AbortSignal.any([signal, settled.signal])).then(() => signal.aborted);
  const isGone = await Promise.race([gone, timeout]).finally(() => settled.abort());
  if (!isGone) throw localProblem('START_FAILED/earlierAttempt');
}
