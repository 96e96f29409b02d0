/** Changes to a job and its latest attempt inside a transaction. Each changes the two together, with the timeline. */
import { homedir } from 'node:os';
import type { Command } from '../../../shared/job.ts';
import type { AttemptRef, Ending, Launch } from '../../engines/engine.ts';
import type { Rows } from '../../store/reads.ts';
import type { AttemptRow, DataRow, JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { errorOf, eventOf, nextStatus, outcomeOf } from '../life/life.ts';
import { timeline } from '../life/timeline.ts';
import { endDependencies } from '../waiting/dependencies.ts';
import { noWait } from '../waiting/waiting.ts';
import { tryLater } from './retries.ts';
import { deadlineOf, timeLimitError } from './timeLimits.ts';
import { usualTime } from './usualTime.ts';

/** The attempt on its way, if there is one. */
export function unfinishedAttempt(rows: Rows, job: JobRow): AttemptRow | null {
  const attempt = rows.attempt(job.id, job.attempt);
  return attempt?.endedAt === null ? attempt : null;
}

/** The job and attempt of a launch that is still the current one; null for late news. */
export function currentLaunch(rows: Rows, ref: AttemptRef): { job: JobRow; attempt: AttemptRow } | null {
  const job = rows.job(ref.jobId);
  const attempt = job && unfinishedAttempt(rows, job);
  return attempt && attempt.number === ref.attempt && attempt.launch === ref.launch ? { job, attempt } : null;
}

/** What there is to run of a job that others run. */
const noCommand: Command = { argv: [] };

/**
 * What an engine needs to run an attempt. Without an environment of the submitter it gets the daemon's. The jobs of a
 * backfill have that of their group, and their interval in it.
 */
export function launchOf(rows: Rows, job: JobRow, ref: Omit<AttemptRef, 'jobId'>): Launch {
  const data = rows.data(job.id);
  if (!data?.command && job.engine !== 'reported') throw new Error(`Job ${job.id} has no command.`);
  return {
    jobId: job.id,
    attempt: ref.attempt,
    launch: ref.launch,
    command: data?.command ? (JSON.parse(data.command) as Command) : noCommand,
    cwd: job.cwd ?? homedir(),
    ...(job.stdin === 1 ? { stdin: true } : {}),
    outputProgress: data?.outputProgress ? (JSON.parse(data.outputProgress) as Launch['outputProgress']) : null,
    env: { ...environmentOf(rows, job, data), ...rangeVariables(job), ...scheduledVariables(data?.scope ?? null) },
  };
}

/** Tells the run of a schedule which of its times it is for, however late it starts. */
function scheduledVariables(scope: string | null): Record<string, string> {
  const { scheduledFor } = (scope === null ? {} : (JSON.parse(scope) ?? {})) as { scheduledFor?: unknown };
  return typeof scheduledFor === 'string' ? { JOBDECK_SCHEDULED_FOR: scheduledFor } : {};
}

function environmentOf(rows: Rows, { rangeStart, parentId }: JobRow, data: DataRow | null): Record<string, string> {
  const inherited = rangeStart === null || parentId === null ? null : (rows.data(parentId)?.env ?? null);
  const text = data?.env ?? inherited;
  return text === null ? ownEnvironment() : (JSON.parse(text) as Record<string, string>);
}

function rangeVariables({ rangeStart, rangeEnd }: JobRow): Record<string, string> {
  if (rangeStart === null || rangeEnd === null) return {};
  const [start, end] = [rangeStart, rangeEnd].map((at) => new Date(at).toISOString());
  return { JOBDECK_RANGE_START: start ?? '', JOBDECK_RANGE_END: end ?? '' };
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Adds the job's next attempt as `starting`. */
export function addAttempt(tx: Tx, job: JobRow, now: number): Launch {
  const number = job.attempt + 1;
  tx.insertAttempt(job.id, { number, launch: 1, status: 'starting', commandLine: job.commandLine, createdAt: now });
  const status = job.status === 'waiting' ? nextStatus(job.status, 'release') : job.status;
  if (status !== 'pending') throw new Error(`Job ${job.id} can't start: it is ${job.status}.`);
  // A retry by its policy showed until now how the attempt before it ended.
  const clean = { progress: null, error: null, exitCode: null, signal: null };
  if (number > 1) tx.forgetReportClients(job.id);
  tx.updateJob(job.id, { status, ...noWait, ...clean, attempt: number, lastActivityAt: now });
  return launchOf(tx, job, { attempt: number, launch: 1 });
}

/** The attempt runs. */
export function markStarted(tx: Tx, job: JobRow, attempt: AttemptRow, facts: { pid: number | null; at: number }): void {
  const status = nextStatus(job.status, 'start');
  if (status === null || attempt.status !== 'starting') return;
  tx.updateAttempt(job.id, attempt.number, {
    ...{ status: 'running', pid: facts.pid, startedAt: facts.at, deadline: deadlineOf(tx, job, facts.at) },
  });
  tx.updateJob(job.id, { status, startedAt: facts.at, lastActivityAt: facts.at, usualMs: usualTime(tx, job) });
  tx.addEvent(job.id, { ...timeline.started(facts.pid), at: facts.at, attempt: attempt.number });
}

/** The attempt has ended, and the job with it. */
export function markEnded(tx: Tx, job: JobRow, attempt: AttemptRow, ending: Ending): void {
  const outcome = outcomeOf(ending, job.cancelRequestedAt !== null);
  const status = nextStatus(job.status, eventOf[outcome]);
  if (status === null) return;
  const { exitCode, signal, endedAt } = ending;
  const timedOut = attempt.timedOutAt !== null;
  const error = outcome !== 'failed' ? null : timedOut ? timeLimitError(attempt, job.engine) : errorOf(ending);
  const facts = { exitCode, signal, error, endedAt };
  const peakMemoryBytes = ending.peakMemoryBytes ?? null;
  tx.updateAttempt(job.id, attempt.number, { status: outcome, ...facts, peakMemoryBytes });
  const ms = attempt.startedAt === null ? null : Math.max(0, endedAt - attempt.startedAt);
  tx.addEvent(job.id, {
    ...timeline.ended(outcome, { exitCode, signal, ms, error }),
    at: endedAt,
    attempt: attempt.number,
  });
  if (outcome === 'failed' && tryLater(tx, job, facts)) return;
  tx.updateJob(job.id, { status, ...facts, pausedAt: null, lastActivityAt: endedAt });
  endDependencies(tx, job.id, endedAt);
}

/** The job is cancelled without its attempt, if it has one on its way, having run. */
export function markNeverRun(tx: Tx, job: JobRow, attempt: AttemptRow | null, now: number): void {
  const status = nextStatus(job.status, 'cancel');
  if (status === null) return;
  if (attempt) tx.updateAttempt(job.id, attempt.number, { status: 'cancelled', endedAt: now });
  const cancelRequestedAt = job.cancelRequestedAt ?? now;
  tx.updateJob(job.id, { status, cancelRequestedAt, endedAt: now, lastActivityAt: now, ...noWait });
  tx.addEvent(job.id, { ...timeline.neverStarted(), at: now, attempt: attempt?.number ?? null });
  endDependencies(tx, job.id, now);
}
