/** Determines the outcome of an attempt from what is known about its end. */
import type { Command, JobError } from '../../../../shared/job.ts';
import type { AttemptOutcome, Launch } from '../../engine.ts';
import { findProgram, type Program } from '../launching/program.ts';
import { cannotRun, type ExitStatus } from '../supervising/runFolder.ts';
import type { Absence, Tracked } from '../tracked.ts';
import { type Circumstances, failureOf, headlineFor, noStatusFailure, signalOf } from './errors.ts';
import { checkedProblem } from './fileFacts.ts';

/** How a launch that ran ended: with an exit status, or without a trace. */
export type End = ({ kind: 'status'; at: number } & ExitStatus) | { kind: 'lost' };

interface EndFacts {
  /** Whether a cancel had to kill the command. */
  killed: boolean;
  /** Used as the end time if none was recorded. */
  now: number;
  /** Reads the last lines of the output, which are attached to the error. */
  readDetails(): Promise<string | null>;
  /** Reads a longer part of the output, which is searched for the cause and the headline. */
  readOutput(): Promise<string | null>;
}

export async function attemptOutcome(
  job: Tracked,
  end: End,
  { killed, now, readDetails, readOutput }: EndFacts,
): Promise<AttemptOutcome> {
  if (end.kind === 'status') {
    const status = withSentSignal(end, job.sentSignals);
    if (end.status === 0 || job.cancelRequested) return outcomeWithStatus(status, end.at, null);
    const { command, cwd } = job.launch;
    const program = await findRequestedProgram(job.launch, end.status);
    const [details, output] = await Promise.all([readDetails(), readOutput()]);
    const outcome = outcomeWithStatus(status, end.at, { command, cwd, program, details, output });
    const script = program?.executable ? scriptName(command, program) : null;
    const problem = outcome.error && (await checkedProblem(outcome.error, { cwd, script }));
    const headline = outcome.error?.headline ?? null;
    return { ...outcome, error: problem && { ...problem, details, ...(headline === null ? {} : { headline }) } };
  }
  if (job.cancelRequested) return outcomeOfCancel(now, killed);
  return outcomeWithoutStatus(now, await readDetails(), job.absence);
}

/** A status that stands for a signal which the daemon sent is taken for its effect. */
function withSentSignal({ status, endedBy }: ExitStatus, sent: ReadonlySet<string>): ExitStatus {
  const isSent = endedBy === 'unknown' && sent.has(signalOf(status) ?? '');
  return { status, endedBy: isSent ? 'signal' : endedBy };
}

async function findRequestedProgram({ command, cwd, env }: Launch, status: number): Promise<Program | null> {
  if ('shell' in command || (status !== cannotRun.missing && status !== cannotRun.found)) return null;
  return findProgram(command.argv[0] ?? '', cwd, env.PATH);
}

/** The script as the command names it, or where it was found on the PATH. */
function scriptName(command: Command, { path }: Program): string {
  const [name = ''] = 'argv' in command ? command.argv : [];
  return name.includes('/') ? name : path;
}

/** For a command with this exit status. Without `about`, as after a cancel, no status is an error. */
export function outcomeWithStatus(end: ExitStatus, endedAt: number, about: Circumstances | null): AttemptOutcome {
  const { status, endedBy } = end;
  const error = status === 0 || about === null ? null : errorWith(end, about);
  return { exitCode: status, signal: endedBy === 'signal' ? signalOf(status) : null, endedAt, error };
}

function errorWith(end: ExitStatus, about: Circumstances): JobError {
  const headline = headlineFor(end, about);
  return { ...failureOf(end, about), details: about.details, ...(headline === null ? {} : { headline }) };
}

/** For an attempt without a recorded status. */
export function outcomeWithoutStatus(endedAt: number, details: string | null, absence: Absence): AttemptOutcome {
  return { exitCode: null, signal: null, endedAt, error: { ...noStatusFailure(absence), details } };
}

/** For an attempt that could not be launched. */
export function outcomeWithoutStart(endedAt: number, error: JobError): AttemptOutcome {
  return { exitCode: null, signal: null, endedAt, error };
}

/** For a cancelled attempt without a status; `killed` if it had to be killed. */
export function outcomeOfCancel(endedAt: number, killed: boolean): AttemptOutcome {
  return { exitCode: killed ? 137 : null, signal: killed ? 'SIGKILL' : null, endedAt, error: null };
}
