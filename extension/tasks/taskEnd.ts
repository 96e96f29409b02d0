/** The exit code of a task, and what closing its terminal means for the job. Pure. */
import type { Attempt, Job } from '../../shared/job.ts';

/** Exit code of a cancelled job without one, as shells use for Ctrl+C. */
const cancelledCode = 130;

/** The exit code of the task for a finished job. 1 for a failed job without an exit code. */
export function exitCodeOf(ended: Pick<Attempt | Job, 'status' | 'exitCode'>): number {
  if (ended.exitCode !== null) return ended.exitCode;
  if (ended.status === 'completed') return 0;
  return ended.status === 'cancelled' ? cancelledCode : 1;
}

/** Values of `vscode.TerminalExitReason`. */
export const exitReasons = { unknown: 0, shutdown: 1, process: 2, user: 3, extension: 4 } as const;

/**
 * Whether a terminal was closed because the user terminated its task, in which case the job is cancelled. Terminating a
 * task closes its terminal without a reason. Closing the terminal or the window, or reloading it, gives a reason. If the
 * reason is not known, the job keeps running: it can still be cancelled, but not brought back.
 */
export function isTermination(reason: number | undefined): boolean {
  return reason === exitReasons.unknown;
}
