/** Finding out what became of a launch that an earlier daemon made. */
import type { UnfinishedAttempt } from '../../engine.ts';
import type { RunFolder } from '../supervising/runFolder.ts';

/** What is certain of a launch. `supervised` needs a look at the process; `lost` left nothing to go by. */
export type Finding =
  | { kind: 'ended'; status: number; at: number; pid: number | null }
  | { kind: 'neverStarted' }
  | { kind: 'supervised'; pid: number; startedAt: number | null }
  | { kind: 'lost' };

/**
 * What the run folder tells. Without a pid it takes the permission to run away and looks again: when there is still no
 * pid, the supervisor has yet to look for the permission and will run nothing. After a restart of the machine a missing
 * pid proves nothing, because files written shortly before may be gone.
 */
export async function findOut(
  folder: RunFolder,
  status: UnfinishedAttempt['status'],
  machineRestarted: boolean,
): Promise<Finding> {
  const outcome = await folder.outcome();
  if (outcome?.kind === 'status') return { ...outcome, kind: 'ended', pid: await folder.pid() };
  if (outcome?.kind === 'revoked') return { kind: 'neverStarted' };
  let pid = await folder.pid();
  if (pid === null && (machineRestarted || status === 'running')) return { kind: 'lost' };
  if (pid === null) {
    await folder.revoke();
    pid = await folder.pid();
  }
  return pid === null ? { kind: 'neverStarted' } : { kind: 'supervised', pid, startedAt: await folder.startedAt() };
}
