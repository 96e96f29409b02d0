/** The data that an engine needs to run an attempt. */
import { homedir } from 'node:os';
import type { CancelSignal, Command, ProcessSettings } from '../../../shared/job.ts';
import type { AttemptRef, JobRecord, Launch } from '../../engines/engine.ts';
import type { Reads } from '../../store/reads.ts';
import type { DataRow, JobRow } from '../../store/rows.ts';
import { kindOf } from '../kindOf.ts';

/** Reported jobs are run by their programs. */
const noCommand: Command = { argv: [] };

/**
 * The launch of an attempt. A job without a submitted environment gets the daemon's. The jobs of a backfill get the
 * environment and process settings of their group, and variables for their interval.
 */
export function launchOf(
  rows: Reads,
  job: JobRow,
  ref: Omit<AttemptRef, 'jobId'>,
  daemonEnv: () => Record<string, string> = ownEnvironment,
): Launch {
  const data = rows.jobs.data(job.id);
  if (!data?.command && kindOf(job) !== 'reported') throw new Error(`Job ${job.id} has no command.`);
  return {
    jobId: job.id,
    attempt: ref.attempt,
    launch: ref.launch,
    command: data?.command ? (JSON.parse(data.command) as Command) : noCommand,
    cwd: job.cwd ?? homedir(),
    ...(job.stdin === 1 ? { stdin: true } : {}),
    ...processOf(rows, job, data),
    outputProgress: data?.outputProgress ? (JSON.parse(data.outputProgress) as Launch['outputProgress']) : null,
    record: recordOf(job, data),
    env: {
      ...(submittedEnvironment(rows, job, data) ?? daemonEnv()),
      ...rangeVariables(job),
      ...scheduledVariables(data?.scope ?? null),
    },
  };
}

function recordOf(job: JobRow, data: DataRow | null): JobRecord {
  const { title, type, trigger, queue, priority, cwd, workspace, createdBy, timeLimitMs, createdAt } = job;
  return {
    ...{ title, type, trigger, queue, priority, cwd, workspace, createdBy, timeLimitMs, createdAt },
    command: data?.command ? (JSON.parse(data.command) as Command) : noCommand,
    tags: job.tags === null ? null : (JSON.parse(job.tags) as string[]),
    definition: job.definition === null ? null : (JSON.parse(job.definition) as JobRecord['definition']),
    stdin: job.stdin === 1,
    outputProgress: data?.outputProgress ? (JSON.parse(data.outputProgress) as Launch['outputProgress']) : null,
  };
}

/** The due time of a scheduled run, even if it starts late. */
function scheduledVariables(scope: string | null): Record<string, string> {
  const { scheduledFor } = (scope === null ? {} : (JSON.parse(scope) ?? {})) as { scheduledFor?: unknown };
  return typeof scheduledFor === 'string' ? { JOBDECK_SCHEDULED_FOR: scheduledFor } : {};
}

function processOf(rows: Reads, job: JobRow, data: DataRow | null): Pick<Launch, 'process' | 'stopSignal'> {
  const text = data?.process ?? backfillData(rows, job)?.process ?? null;
  const { stopSignal = null } = data ?? {};
  return {
    ...(text === null ? {} : { process: JSON.parse(text) as ProcessSettings }),
    ...(stopSignal === null ? {} : { stopSignal: JSON.parse(stopSignal) as CancelSignal }),
  };
}

/** The data of the group of a backfill, which the jobs share; null for other jobs. */
function backfillData(rows: Reads, { rangeStart, parentId }: JobRow): DataRow | null {
  return rangeStart === null || parentId === null ? null : rows.jobs.data(parentId);
}

/** Whether a job runs with the environment of its submission, and not with the daemon's. */
export function hasEnvironment(rows: Reads, job: JobRow): boolean {
  return submittedEnvironment(rows, job, rows.jobs.data(job.id)) !== null;
}

function submittedEnvironment(rows: Reads, job: JobRow, data: DataRow | null): Record<string, string> | null {
  const text = data?.env ?? backfillData(rows, job)?.env ?? null;
  return text === null ? null : (JSON.parse(text) as Record<string, string>);
}

function rangeVariables({ rangeStart, rangeEnd }: JobRow): Record<string, string> {
  if (rangeStart === null || rangeEnd === null) return {};
  const [start, end] = [rangeStart, rangeEnd].map((at) => new Date(at).toISOString());
  return { JOBDECK_RANGE_START: start ?? '', JOBDECK_RANGE_END: end ?? '' };
}

/** The daemon's environment. Reading it takes long, so callers with many jobs do it once. */
export function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
