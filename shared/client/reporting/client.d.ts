/** Types of `jobdeck/client`, without what it is made of. test/unit/shared/client/reporting/types.test.ts holds it to the sources. */

export interface NewStep {
  id: string;
  label?: string;
  /** Beside that of its siblings; 1 unless given. */
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
  /** Name of the group it belongs to. */
  group?: string;
  weight?: number;
  /** When a job has it already, that job is reported on. */
  idempotencyKey?: string;
  total?: number;
  /** Its steps: ids, or with their labels and weights. */
  steps?: readonly (string | NewStep)[];
  /** It fails when nothing is heard of it for so long: 10 minutes unless given. */
  heartbeatMs?: number;
  /** It fails when it runs longer: 30 minutes unless given, null for no limit. */
  timeLimitMs?: number | null;
  commandLine?: string;
  /** Starts the daemon when it is not running; otherwise what is reported waits for it. */
  start?: boolean;
  /** An exception nobody catches fails the job before it ends the program. */
  failOnUncaught?: boolean;
  /** Says nothing on stderr about reports that were not understood. */
  quiet?: boolean;
}

export interface ReportedStep {
  readonly id: string;
  /** 0 to 1. */
  progress(share: number, message?: string): void;
  complete(message?: string): void;
  fail(message?: string): void;
  skip(message?: string): void;
}

/** No method throws, waits or fails; what can't be reported is said once on stderr. */
export interface ReportedJob {
  /** As long as the daemon has not answered, a name that only this program knows. */
  readonly id: string;
  /** The job's id, when the daemon knows it. */
  readonly known: Promise<string>;
  /** Nothing more can be reported. */
  readonly ended: boolean;
  /** Aborted when somebody cancels the job. */
  readonly signal: AbortSignal;
  /** How far it is: `current` of `total`, in any unit. What is left out stays as it is. */
  progress(current: number, total?: number | null, message?: string | null): void;
  /** What it is doing now. */
  message(text: string, phase?: string): void;
  /** Declares steps, after those there are. */
  steps(steps: readonly (string | NewStep)[]): void;
  step(id: string): ReportedStep;
  info(message: string, context?: unknown): void;
  warning(message: string, context?: unknown): void;
  error(message: string, context?: unknown): void;
  /** Text for its log. */
  log(text: string): void;
  /** Its result so far: any JSON. */
  result(value: unknown): void;
  complete(result?: unknown): void;
  /** It has failed, or given up because it was cancelled. */
  fail(error: unknown): void;
  /** Waits until what was reported is with the daemon, at most so many ms; returns whether it is. */
  flush(ms?: number): Promise<boolean>;
}

/** Begins a job that this program does itself. It never throws, and works while the daemon is away. */
export function startJob(options: StartOptions): ReportedJob;

/** The job of Jobdeck that this program runs in; null outside of one. */
export function currentJob(): ReportedJob | null;
