/** Rows as SQLite holds them. */
import type { Limits } from '../../shared/connection.ts';
import type {
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

/** The part of a job that reports on it are checked against. */
export interface ReportedRow {
  id: string;
  status: Job['status'];
  engine: string;
  connection: string | null;
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
