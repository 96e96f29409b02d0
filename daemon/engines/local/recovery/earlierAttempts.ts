/** Attempts of a job that were killed: none that follows meets their processes. */
import { localProblem } from '../../../../shared/messages/localJobs.ts';
import { type Clock, wait } from '../../../clock.ts';
import type { AttemptRef } from '../../engine.ts';
import { runFolderName } from '../supervising/runFolder.ts';
import type { Tracked } from '../tracked.ts';
import { killUnfollowed, launchesIn } from './sweep.ts';

/** Milliseconds after which an attempt is given up that waits for an earlier one to be gone. */
const limitMs = 30_000;

export interface EarlierNeeds {
  runDir: string;
  clock: Clock;
  /** Gives the waiting up. */
  signal: AbortSignal;
}

/**
 * Waits until nothing is left of earlier attempts of a job that were killed. One that nobody follows was ended by force
 * by an earlier daemon, which did not come to kill it. Rejects when they don't end.
 */
export async function untilEarlierAreGone(
  { jobId, attempt }: AttemptRef,
  tracked: ReadonlyMap<string, Tracked>,
  { runDir, clock, signal }: EarlierNeeds,
): Promise<void> {
  if (attempt === 1) return;
  const isEarlier = (ref: AttemptRef) => ref.jobId === jobId && ref.attempt < attempt;
  const killed = [...tracked.values()].filter((job) => job.killRequested && isEarlier(job.launch));
  const left = (await launchesIn(runDir)).filter((ref) => isEarlier(ref) && !tracked.has(runFolderName(ref)));
  if (killed.length + left.length === 0) return;
  const over = new AbortController();
  const kills = left.map((ref) => killUnfollowed(runDir, ref, { clock, signal }));
  const gone = Promise.all([...killed.map((job) => job.gone), ...kills]).then(() => true);
  const patience = wait(limitMs, clock, AbortSignal.any([signal, over.signal])).then(() => signal.aborted);
  const isGone = await Promise.race([gone, patience]).finally(() => over.abort());
  if (!isGone) throw localProblem('START_FAILED/earlierAttempt');
}
