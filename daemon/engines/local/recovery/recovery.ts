/** Determines the state of a launch by an earlier daemon. */
import type { UnfinishedAttempt } from '../../engine.ts';
import type { ExitStatus, RunFolder } from '../supervising/runFolder.ts';

/** `supervised`: there is a pid, whose process must be checked; `lost`: the folder gives no evidence. */
export type Finding =
  | ({ kind: 'ended'; at: number; pid: number | null } & ExitStatus)
  | { kind: 'neverStarted' }
  | { kind: 'supervised'; pid: number; startedAt: number | null }
  | { kind: 'lost' };

/**
 * Examines the run folder. If there is no pid, it revokes the permission to run and checks again. If there is still no
 * pid, the supervisor has not checked the permission yet, so it will not run the command. After the machine was
 * restarted, a missing pid proves nothing, because recently written files may be gone.
 */
export async function inspectLaunch(
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

/** Attempts that are examined before the daemon answers requests, such as for its health. */
const pieceSize = 50;

/** Begins an action for each item, piece by piece. Resolves when all are done. */
export async function inPieces<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const acts: Promise<void>[] = [];
  for (const item of items) {
    acts.push(act(item));
    if (acts.length % pieceSize === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await Promise.all(acts);
}
