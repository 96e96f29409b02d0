/** Rows as SQLite holds them. */
import type { Limits } from '../../shared/connection.ts';
import type {
  AttemptStatus,
  CancelSignal,
  Children,
  Command,
  DefinitionRef,
  Job,
  JobDetail,
  JobError,
  JobEvent,
  LeftoverProcess,
  NewStep,
  OutputProgress,
  ProcessSettings,
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
  /** The earliest start time. */
  notBefore: number | null;
  /** Automatic retries since it was submitted or last retried by a user. */
  retriesUsed: number;
  timeLimitMs: number | null;
  trigger: Job['trigger'];
  engine: string;
  /** For remote jobs: the connection, the ID at the engine, the worker, and actions that don't apply. */
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
  /** Null for none. */
  tags: string[] | null;
  /** The definition it came from. */
  definition: DefinitionRef | null;
  parentId: string | null;
  scheduleId: string | null;
  /** For groups: the jobs by status, the name, and the maximum number of queued and running jobs. */
  children: Children | null;
  groupName: string | null;
  groupConcurrency: number | null;
  /** The weight in the progress of its group. */
  weight: number;
  progress: Progress | null;
  /** 0 or 1: its progress was read from its output. Writing other progress clears it; see `Tx.updateJob`. */
  progressFromOutput: number;
  /** The usual run time of jobs like it when it started. */
  usualMs: number | null;
  /** 0 or 1: it can be sent input. */
  stdin: number;
  /** It fails if it does not report for this long. */
  heartbeatMs: number | null;
  error: JobError | null;
  attempt: number;
  exitCode: number | null;
  signal: string | null;
  /** Processes of ended attempts that are still running. */
  leftoverCount: number;
  rangeStart: number | null;
  rangeEnd: number | null;
  cancelRequestedAt: number | null;
  /** Of a requested cancel: the only signal to send. Null: the job is stopped, and killed if it doesn't. */
  cancelSignal: CancelSignal | null;
  /** Of a requested cancel that stops the job: the signal to begin with, if not the job's own. */
  cancelFirst: CancelSignal | null;
  pausedAt: number | null;
  createdAt: number;
  queuedAt: number;
  startedAt: number | null;
  lastActivityAt: number;
  endedAt: number | null;
}

/** Columns of `job_data`, which lists never read. */
export interface JobData {
  command: Command | null;
  env: Record<string, string> | null;
  retry: RetryPolicy | null;
  outputProgress: OutputProgress;
  /** Null for the settings of the daemon. */
  process: ProcessSettings | null;
  /** Null for SIGTERM. */
  stopSignal: CancelSignal | null;
  steps: JobDetail['steps'] | null;
  /** The steps that each attempt begins with. */
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
  /** The time it had to end by itself before a cancel killed it. */
  killedAfterMs: number | null;
  /** Its processes that run although it has ended. */
  leftovers: LeftoverProcess[] | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** When its timeout is reached. */
  deadline: number | null;
  /** When it was stopped because of its timeout. */
  timedOutAt: number | null;
}

/** Columns of `events`. */
export interface EventFields {
  at: number;
  attempt: number | null;
  kind: JobEvent['kind'];
  level: JobEvent['level'];
  /** The code of a message in shared/messages; none for text of a program. */
  code?: string | null;
  params?: JobEvent['params'] | null;
  message: string;
  context: unknown;
}

/** A row as read: JSON columns are still text. */
export type JobRow = Omit<
  JobFields,
  'progress' | 'error' | 'children' | 'remoteLimits' | 'waitDetail' | 'tags' | 'definition'
> & {
  waitDetail: string | null;
  tags: string | null;
  definition: string | null;
  remoteLimits: string | null;
  progress: string | null;
  error: string | null;
  children: string | null;
  /** Settings of its queue, 0 or 1; null if the queue was removed. */
  cancelAllowed: number | null;
  retryAllowed: number | null;
  queueOrder: number;
  rev: number;
};

/** A dependency of a job; its title is null if it was removed. */
export interface DependencyRow {
  onId: string;
  title: string | null;
  /** 0 or 1, both. */
  always: number;
  met: number;
}

/** The fields of a job that its reports are checked against. */
export interface ReportedRow {
  id: string;
  status: Job['status'];
  engine: string;
  connection: string | null;
  attempt: number;
  progress: string | null;
  cancelRequestedAt: number | null;
}

/** Which reports of a client were accepted; `seen` is JSON. */
export interface ReportClientRow {
  low: number;
  seen: string | null;
  progress: number;
}

export type DataRow = { [K in keyof JobData]: string | null };
export type AttemptRow = Omit<AttemptFields, 'error' | 'leftovers'> & {
  error: string | null;
  leftovers: string | null;
};
export type EventRow = Omit<EventFields, 'context' | 'code' | 'params'> & {
  id: number;
  code: string | null;
  params: string | null;
  context: string | null;
};
