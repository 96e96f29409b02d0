/** What the command line exits with for a job. */
import { constants } from 'node:os';
import type { Attempt } from '../shared/job.ts';

/** Exit codes of the command line itself. */
export const exitCodes = {
  ok: 0,
  /** The request failed, or the job did without leaving a code of its own. */
  failed: 1,
  /** The command line can't be understood. */
  usage: 2,
  /** `daemon status`: not running, as the LSB has it for services. */
  notRunning: 3,
  /** Ended by Ctrl-C. */
  interrupted: 130,
  /** Nobody reads the output any more, as SIGPIPE would have it. */
  brokenPipe: 141,
} as const;

/** The exit code of a finished job or attempt: its own, 128+n after a signal; never 0 unless it completed. */
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
