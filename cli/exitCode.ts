/** Exit codes. */
import { constants } from 'node:os';
import type { Attempt } from '../shared/job.ts';

/** Exit codes of the command line itself. */
export const exitCodes = {
  ok: 0,
  /** The request failed, or the job failed without an exit code. */
  failed: 1,
  /** Invalid command line. */
  usage: 2,
  /** `daemon status`: not running, as the LSB defines it for services. */
  notRunning: 3,
  /** Ended by Ctrl+C. */
  interrupted: 130,
  /** The reader of the output is gone; as after SIGPIPE. */
  brokenPipe: 141,
} as const;

/** The exit code for a finished job or attempt: its own, or 128+n after a signal; 0 only if it completed. */
export function exitCodeOf({
  status,
  exitCode,
  signal,
}: Pick<Attempt, 'exitCode' | 'signal'> & { status: string }): number {
  if (status === 'completed') return exitCodes.ok;
  if (exitCode !== null && exitCode !== 0) return exitCode;
  const number = signal === null ? undefined : Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  if (number !== undefined) return 128 + number;
  return status === 'cancelled' ? exitCodes.interrupted : exitCodes.failed;
}
