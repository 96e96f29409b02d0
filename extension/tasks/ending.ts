/** How a task ends: with which exit code, and what its terminal's end means for the job. Pure. */
import type { Attempt, Job } from '../../shared/job.ts';

/** Of a cancelled job that left no exit code: as a shell has it for Ctrl-C. */
const cancelledCode = 130;

/** The exit code of the task of a job that has ended; 1 for one that failed without having one. */
export function exitCodeOf(ended: Pick<Attempt | Job, 'status' | 'exitCode'>): number {
  if (ended.exitCode !== null) return ended.exitCode;
  if (ended.status === 'completed') return 0;
  return ended.status === 'cancelled' ? cancelledCode : 1;
}

/** Numbers of `vscode.TerminalExitReason`. */
export const exitReasons = { unknown: 0, shutdown: 1, process: 2, user: 3, extension: 4 } as const;

/**
 * Whether the job is to be cancelled because its terminal was closed for `reason`. Terminating a task takes its terminal
 * down without a reason; a person who closes it, and a window that is closed or reloaded, give one. When nothing is
 * known the job runs on: it can be cancelled later, but not brought back.
 */
export function meansTerminated(reason: number | undefined): boolean {
  return reason === exitReasons.unknown;
}
