/** From what is known of an attempt's end to what is reported of it. */
import type { JobError } from '../../../../shared/job.ts';
import type { Ending, Launch } from '../../engine.ts';
import { findProgram, type Program } from '../launching/program.ts';
import { cannotRun } from '../supervising/runFolder.ts';
import type { Tracked } from '../tracked.ts';
import { type Circumstances, signalOf, whyFailed, whyNoStatus } from './errors.ts';

/** How a launch that ran came to its end. */
export type End = { kind: 'status'; status: number; at: number } | { kind: 'lost' };

interface EndFacts {
  /** A cancel had to kill the command. */
  killed: boolean;
  /** Counts as the time of the end when nothing recorded it. */
  now: number;
  /** The last lines of the output, to go with an error. */
  readDetails(): Promise<string | null>;
  /** More of the output, to be searched for the cause. */
  readOutput(): Promise<string | null>;
}

/** The ending to report. */
export async function endingOf(
  job: Tracked,
  end: End,
  { killed, now, readDetails, readOutput }: EndFacts,
): Promise<Ending> {
  if (end.kind === 'status') {
    const fine = end.status === 0 || job.cancelRequested;
    if (fine) return endingWithStatus(end.status, end.at, null);
    const { command, cwd } = job.launch;
    const program = await programAskedFor(job.launch, end.status);
    const [details, output] = await Promise.all([readDetails(), readOutput()]);
    return endingWithStatus(end.status, end.at, { command, cwd, program, details, output });
  }
  if (job.cancelRequested) return endingByCancel(now, killed);
  return endingWithoutStatus(now, await readDetails(), job.machineRestarted);
}

async function programAskedFor({ command, cwd, env }: Launch, status: number): Promise<Program | null> {
  if ('shell' in command || (status !== cannotRun.missing && status !== cannotRun.found)) return null;
  return findProgram(command.argv[0] ?? '', cwd, env.PATH);
}

/** The ending of a command with this exit status. After a cancel no status is an error. */
export function endingWithStatus(status: number, endedAt: number, about: Circumstances | null): Ending {
  const error = status === 0 || about === null ? null : { ...whyFailed(status, about), details: about.details };
  return { exitCode: status, signal: signalOf(status), endedAt, error };
}

/** The ending of an attempt whose status nobody recorded. */
export function endingWithoutStatus(endedAt: number, details: string | null, restarted: boolean): Ending {
  const error = whyNoStatus(restarted);
  return { exitCode: null, signal: null, endedAt, error: { ...error, details } };
}

/** The ending of an attempt that could not be launched. */
export function endingWithoutStart(endedAt: number, error: JobError): Ending {
  return { exitCode: null, signal: null, endedAt, error };
}

/** The ending of a cancelled attempt that left no status; `killed` when it had to be. */
export function endingByCancel(endedAt: number, killed: boolean): Ending {
  return { exitCode: killed ? 137 : null, signal: killed ? 'SIGKILL' : null, endedAt, error: null };
}
