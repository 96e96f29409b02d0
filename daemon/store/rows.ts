/** Rows as SQLite holds them, and what they are on the wire. */
import type { Limits } from '../../shared/connection.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { formatCommand } from '../../shared/format.ts';
import type {
  Attempt,
  AttemptStatus,
  Children,
  Command,
  Job,
  JobDetail,
  JobError,
  JobEvent,
  NewStep,
  OutputProgress,
  Progress,
  RetryPolicy,
} from '../../shared/job.ts';
import { capabilities, retryFromStep } from './capabilities.ts';

/** Columns of `jobs` with a meaning on the wire; times in milliseconds. */
export interface JobFields {
  id: string;
  title: string;
  type: string;
  status: Job['status'];
  waitReason: Job['waitReason'];
  waitUntil: number | null;
  waitDetail: Job['waitDetail'];
  /** 0 or 1: it waits until it is released. */
  held: number;
  /** It starts then at the earliest. */
  notBefore: number | null;
  /** Retries by its policy since it was submitted or retried by somebody. */
  retriesUsed: number;
  timeLimitMs: number | null;
  trigger: Job['trigger'];
  engine: string;
  /** Of a job that runs elsewhere: by which connection, its id there, the process that has it, what can't be done to it. */
  connection: string | null;
  externalId: string | null;
  worker: string | null;
  remoteLimits: Limits | null;
  queue: string;
  priority: Job['priority'];
  commandLine: string | null;
  cwd: string | null;
  workspace: string | null;
  createdBy: string | null;
  parentId: string | null;
  scheduleId: string | null;
  /** Of a group: its jobs by status, its name, and how many of them may be in line or run. */
  children: Children | null;
  groupName: string | null;
  groupConcurrency: number | null;
  /** In the progress of its group. */
  weight: number;
  progress: Progress | null;
  /** 0 or 1: its progress was read from its output. Whoever writes another progress takes it over; see `Tx.updateJob`. */
  progressFromOutput: number;
  /** What jobs like it took when it started. */
  usualMs: number | null;
  /** 0 or 1: it can be sent input. */
  stdin: number;
  /** It has to be heard of so often, or it has failed. */
  heartbeatMs: number | null;
  error: JobError | null;
  attempt: number;
  exitCode: number | null;
  signal: string | null;
  rangeStart: number | null;
  rangeEnd: number | null;
  cancelRequestedAt: number | null;
  pausedAt: number | null;
  createdAt: number;
  queuedAt: number;
  startedAt: number | null;
  lastActivityAt: number;
  endedAt: number | null;
}

/** Columns of `job_data`: what lists never read. */
export interface JobData {
  command: Command | null;
  env: Record<string, string> | null;
  retry: RetryPolicy | null;
  outputProgress: OutputProgress;
  steps: JobDetail['steps'] | null;
  /** Those that each attempt begins with. */
  declaredSteps: NewStep[] | null;
  input: unknown;
  result: unknown;
  metadata: unknown;
  scope: unknown;
}

/** Columns of `attempts`. */
export interface AttemptFields {
  number: number;
  launch: number;
  status: AttemptStatus;
  commandLine: string | null;
  pid: number | null;
  exitCode: number | null;
  signal: string | null;
  error: JobError | null;
  peakMemoryBytes: number | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** When it has run long enough. */
  deadline: number | null;
  /** When it was stopped for that. */
  timedOutAt: number | null;
}

/** Columns of `events`. */
export interface EventFields {
  at: number;
  attempt: number | null;
  kind: JobEvent['kind'];
  level: JobEvent['level'];
  /** Of a message from shared/messages; without one it is text that a program wrote. */
  code?: string | null;
  params?: JobEvent['params'] | null;
  message: string;
  context: unknown;
}

/** A row as read: JSON columns are still text. */
export type JobRow = Omit<JobFields, 'progress' | 'error' | 'children' | 'remoteLimits' | 'waitDetail'> & {
  waitDetail: string | null;
  remoteLimits: string | null;
  progress: string | null;
  error: string | null;
  children: string | null;
  /** Of its queue, 0 or 1; null when that has been removed. */
  cancelAllowed: number | null;
  retryAllowed: number | null;
  queueOrder: number;
  rev: number;
};
/** A job that another runs after; its title is null when it has been removed. */
export interface DependencyRow {
  onId: string;
  title: string | null;
  /** 0 or 1, both. */
  always: number;
  met: number;
}
/** What reports on a job are weighed by. */
export interface ReportedRow {
  id: string;
  status: Job['status'];
  engine: string;
  attempt: number;
  progress: string | null;
  cancelRequestedAt: number | null;
}
/** Which reports of a client have been taken; `seen` is JSON. */
export interface ReportClientRow {
  low: number;
  seen: string | null;
  progress: number;
}
export type DataRow = { [K in keyof JobData]: string | null };
export type AttemptRow = Omit<AttemptFields, 'error'> & { error: string | null };
export type EventRow = Omit<EventFields, 'context' | 'code' | 'params'> & {
  id: number;
  code: string | null;
  params: string | null;
  context: string | null;
};

const jobNames = [
  'id title type status waitReason waitUntil waitDetail held notBefore retriesUsed timeLimitMs trigger engine connection externalId worker remoteLimits queue priority',
  'commandLine cwd workspace createdBy parentId scheduleId children groupName groupConcurrency weight usualMs stdin heartbeatMs progressFromOutput',
  'progress error attempt exitCode signal rangeStart rangeEnd',
  'cancelRequestedAt pausedAt createdAt queuedAt startedAt lastActivityAt endedAt queueOrder rev',
];
const attemptNames = [
  'number launch status commandLine pid exitCode signal error peakMemoryBytes createdAt startedAt endedAt deadline timedOutAt',
];
const jsonFields = new Set(
  'waitDetail params progress error children remoteLimits command env retry outputProgress steps declaredSteps input result metadata scope context'.split(
    ' ',
  ),
);

const dataNames = ['jobId command env retry outputProgress steps declaredSteps input result metadata scope'];

/** A field's column: `endedAt` → `ended_at`. */
export function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function selection(names: string[]): string {
  return names
    .flatMap((line) => line.split(' '))
    .map((name) => `${columnOf(name)} AS ${name}`)
    .join(', ');
}

/** What to select for a `JobRow`, an `AttemptRow` and a `DataRow`. */
export const jobColumns = `${selection(jobNames)},
  (SELECT cancel_allowed FROM queues WHERE name = jobs.queue) AS cancelAllowed,
  (SELECT retry_allowed FROM queues WHERE name = jobs.queue) AS retryAllowed`;
export const attemptColumns = selection(attemptNames);
export const dataColumns = selection(dataNames);

/** A field's value as SQLite takes it. */
export function encode(field: string, value: unknown): string | number | null {
  if (value === undefined || value === null) return null;
  if (jsonFields.has(field)) return toJson(field, value);
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`No column holds ${typeof value} as ${field}.`);
}

/**
 * A value as JSON; `field` names it.
 * @throws JobdeckError INVALID_REQUEST for what is nested too deeply to be written
 */
export function toJson(field: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new JobdeckError('INVALID_REQUEST', `“${field}” is nested too deeply.`, 'Make it flatter.');
  }
}

const decode = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

/** At most `length` characters, the last of them `…` when something was cut. */
export function cut(text: string, length: number): string {
  // Cutting between the halves of a surrogate pair would leave what is no character.
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The command as lists show it. */
export function commandLine(command: Command | null): string | null {
  return command === null ? null : cut(formatCommand(command), 1000);
}

/** A job as lists and the change feed carry it. */
export function toJob(row: JobRow): Job {
  const { rangeStart, rangeEnd, queueOrder, held, notBefore, retriesUsed, timeLimitMs, ...shown } = row;
  const {
    groupName,
    groupConcurrency,
    weight,
    stdin,
    heartbeatMs,
    progressFromOutput,
    cancelAllowed,
    retryAllowed,
    remoteLimits,
    ...rest
  } = shown;
  const children = decode<Children>(row.children);
  return {
    ...rest,
    children,
    progress: decode(row.progress),
    error: decode(row.error),
    waitDetail: decode(row.waitDetail),
    waitUntil: isoOrNull(row.waitUntil),
    cancelRequestedAt: isoOrNull(row.cancelRequestedAt),
    pausedAt: isoOrNull(row.pausedAt),
    createdAt: iso(row.createdAt),
    queuedAt: iso(row.queuedAt),
    startedAt: isoOrNull(row.startedAt),
    lastActivityAt: iso(row.lastActivityAt),
    endedAt: isoOrNull(row.endedAt),
    capabilities: capabilities(row.status, {
      ...{ cancelRequested: row.cancelRequestedAt !== null, paused: row.pausedAt !== null },
      ...{ engine: row.engine, held: held === 1, stdin: stdin === 1, queue: row.queue, children },
      ...{ cancelAllowed: cancelAllowed !== 0, retryAllowed: retryAllowed !== 0, queueGone: retryAllowed === null },
      remote: row.connection === null ? null : (decode<Limits>(remoteLimits) ?? {}),
    }),
  };
}

/** An attempt; `logBytes` is the size of its log file. */
export function toAttempt(row: AttemptRow, logBytes: number | null): Attempt {
  const { launch, deadline, timedOutAt, ...rest } = row;
  return {
    ...rest,
    error: decode(row.error),
    logBytes,
    createdAt: iso(row.createdAt),
    startedAt: isoOrNull(row.startedAt),
    endedAt: isoOrNull(row.endedAt),
  };
}

/** Everything about a job but its environment and logs. */
export function toDetail(
  row: JobRow,
  data: DataRow,
  attempts: Attempt[],
  events: EventRow[],
  dependencies: DependencyRow[],
): JobDetail {
  return {
    ...toJob(row),
    command: decode(data.command),
    steps: decode(data.steps) ?? [],
    retryFromStep: retryFromStep(row.status, row.connection === null ? null : decode<Limits>(row.remoteLimits)),
    input: decode(data.input),
    result: decode(data.result),
    metadata: decode(data.metadata),
    scope: decode(data.scope),
    rangeStart: isoOrNull(row.rangeStart),
    rangeEnd: isoOrNull(row.rangeEnd),
    resources: null,
    retry: decode(data.retry),
    timeLimitMs: row.timeLimitMs,
    ...{ weight: row.weight, groupConcurrency: row.groupConcurrency },
    outputProgress: decode(data.outputProgress),
    dependencies: dependencies.map(({ onId, title, always, met }) => ({
      ...{ jobId: onId, title, always: always === 1, met: met === 1 },
    })),
    attempts,
    events: events.map((event) => ({
      ...event,
      at: iso(event.at),
      params: decode(event.params) ?? {},
      context: decode(event.context),
    })),
  };
}
