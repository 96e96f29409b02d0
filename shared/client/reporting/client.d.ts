/** Public types of `jobdeck/client`. test/unit/shared/client/reporting/types.test.ts compares them with the sources. */

export interface NewStep {
  id: string;
  label?: string;
  /** Weight relative to the other steps of the same parent; 1 by default. */
  weight?: number;
  parentId?: string;
}

export interface StartOptions {
  title: string;
  type?: string;
  cwd?: string;
  workspace?: string;
  createdBy?: string;
  input?: unknown;
  metadata?: Record<string, unknown>;
  /** Name of the group that the job belongs to. */
  group?: string;
  weight?: number;
  /** Identifies the job. If a job with this key exists, it is continued. */
  idempotencyKey?: string;
  total?: number;
  /** Step IDs, or steps with labels and weights. */
  steps?: readonly (string | NewStep)[];
  /** Fail after this many milliseconds without a report; 10 minutes by default. */
  heartbeatMs?: number;
  /** Fail after running for this many milliseconds; 30 minutes by default, null for no limit. */
  timeLimitMs?: number | null;
  commandLine?: string;
  /** Start the daemon if it is not running. Otherwise reports are kept until it is. */
  start?: boolean;
  /** Fail the job if the program ends with an uncaught exception. */
  failOnUncaught?: boolean;
  /** Don't print warnings about ignored reports to stderr. */
  quiet?: boolean;
}

export interface ReportedStep {
  readonly id: string;
  /** Sets the progress of the step, from 0 to 1. */
  progress(share: number, message?: string): void;
  complete(message?: string): void;
  fail(message?: string): void;
  skip(message?: string): void;
}

/** No method throws or blocks. Each warning about an ignored report is printed once to stderr. */
export interface ReportedJob {
  /** The job's ID. Until the daemon has replied, a local placeholder. */
  readonly id: string;
  /** Resolves with the job's ID when the daemon knows the job. */
  readonly known: Promise<string>;
  /** Whether the job has ended, so that nothing more can be reported. */
  readonly ended: boolean;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Reports progress: `current` of `total`, in any unit. Omitted values stay unchanged. */
  progress(current: number, total?: number | null, message?: string | null): void;
  /** Describes the current activity. */
  message(text: string, phase?: string): void;
  /** Adds steps to those declared before. */
  steps(steps: readonly (string | NewStep)[]): void;
  step(id: string): ReportedStep;
  info(message: string, context?: unknown): void;
  warning(message: string, context?: unknown): void;
  error(message: string, context?: unknown): void;
  /** Appends text to the log. */
  log(text: string): void;
  /** Sets the result so far: any JSON. */
  result(value: unknown): void;
  complete(result?: unknown): void;
  /** Fails the job, or cancels it if a cancellation was requested. */
  fail(error: unknown): void;
  /** Waits up to `ms` milliseconds until the daemon has received all reports. Returns whether it has. */
  flush(ms?: number): Promise<boolean>;
}

/** Starts a job that this program performs. Never throws, and works while the daemon is unavailable. */
export function startJob(options: StartOptions): ReportedJob;

/** The Jobdeck job that this program runs in, or null. */
export function currentJob(): ReportedJob | null;
