/** The interface between the daemon and an engine that runs attempts. */
import Type, { type Static, type TSchema } from 'typebox';
import {
  type CancelSignal,
  Command,
  DefinitionRef,
  type JobError,
  type LeftoverProcess,
  OutputProgress,
  Priority,
  type ProcessSettings,
  type Progress,
  type Resources,
  Trigger,
} from '../../shared/job.ts';
import type { Message } from '../../shared/messages/schema.ts';

/** One launch of one attempt. If a launch is known never to have run, the same attempt is launched again. */
export interface AttemptRef {
  jobId: string;
  attempt: number;
  launch: number;
}

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** What a job is, without its environment. An engine keeps it beside the process, in case the database is lost. */
export const JobRecord = Type.Object({
  title: Type.String(),
  type: Type.String(),
  trigger: Trigger,
  queue: Type.String(),
  priority: Priority,
  command: Command,
  cwd: nullable(Type.String()),
  workspace: nullable(Type.String()),
  createdBy: nullable(Type.String()),
  tags: nullable(Type.Array(Type.String())),
  /** Missing in records of earlier versions. */
  definition: Type.Optional(nullable(DefinitionRef)),
  timeLimitMs: nullable(Type.Integer()),
  stdin: Type.Boolean(),
  outputProgress: OutputProgress,
  /** In milliseconds. */
  createdAt: Type.Integer(),
});
export type JobRecord = Static<typeof JobRecord>;

/** A launch that an engine still knows of. */
export interface FoundLaunch extends AttemptRef {
  /** Null if it was launched by an earlier version. */
  record: JobRecord | null;
  pid: number | null;
  startedAt: number | null;
  /** When it was to be stopped, in milliseconds; null if it was not. */
  stopRequestedAt: number | null;
}

/** What to run. It is committed before it is launched. */
export interface Launch extends AttemptRef {
  command: Command;
  cwd: string;
  /** Whether it has an input that can be written to while it runs. */
  stdin?: boolean;
  /** The submitter's whole environment, as stored. The engine cleans it and adds `JOBDECK_*`. */
  env: Record<string, string>;
  /** What its process inherits; the daemon's settings if omitted. */
  process?: ProcessSettings;
  /** The signal that asks it to stop; SIGTERM if omitted. */
  stopSignal?: CancelSignal;
  /** How to read progress from its output. */
  outputProgress: OutputProgress;
  record?: JobRecord;
}

/** An attempt that the store lists as unfinished when the daemon starts. */
export interface UnfinishedAttempt extends Launch {
  status: 'starting' | 'running';
  cancelRequested: boolean;
  /** Whether it is recorded as paused. */
  paused: boolean;
}

/** The outcome of an attempt as the engine saw it. */
export interface AttemptOutcome {
  /** 128+n after signal n; null if it was not recorded. */
  exitCode: number | null;
  signal: string | null;
  /** Milliseconds since the epoch, as precise as the engine knows. */
  endedAt: number;
  /** Set if the attempt failed. */
  error: JobError | null;
  /** Set if the engine knows the status without an exit code. */
  status?: 'completed' | 'failed' | 'cancelled';
  /** Peak memory in bytes, if the engine measures it. */
  peakMemoryBytes?: number | null;
  /** The processes that a cancel had to kill, and the time they had to end by themselves, if there were any. */
  killed?: { afterMs: number; processes: LeftoverProcess[] };
}

/** A process that doesn't end: it belongs to another user, or does not react even to SIGKILL. */
export interface StuckProcess extends LeftoverProcess {
  reason: 'otherUser' | 'unresponsive';
}

export interface StartFacts {
  pid: number | null;
  startedAt: number;
  /** Settings of its process that the system refused, for the timeline. */
  refused?: Message[];
  paused?: boolean | null;
}

/** The result of sending input. */
export interface InputSent {
  /** Number of UTF-16 code units that were sent. */
  taken: number;
  /** Whether the input was closed. */
  ended: boolean;
}

/** Called by the engine. Calls may be repeated, and calls for an ended attempt have no effect. */
export interface EngineReports {
  /** May be called again when the attempt is adopted. `paused`, if known, corrects the stored value. */
  started(ref: AttemptRef, facts: StartFacts): Promise<void>;
  ended(ref: AttemptRef, outcome: AttemptOutcome): Promise<void>;
  /** This launch never ran and never will: the attempt is dispatched again. */
  neverStarted(ref: AttemptRef): Promise<void>;
  /**
   * The processes of an ended attempt that are still running. Called again when they change, and with none when all
   * have ended; never called for an attempt without any.
   */
  leftovers(ref: AttemptRef, processes: LeftoverProcess[]): Promise<void>;
  /** Processes don't end, although they were sent a signal. Called once for each of them. */
  stuck(ref: AttemptRef, processes: StuckProcess[]): Promise<void>;
}

/** Called by an engine that reads progress from output. Calls for an ended attempt have no effect. */
export interface ProgressReports {
  /**
   * The progress, or null to withdraw it. Returns `unwanted` if no more progress is needed, for example because the
   * program reports its own, and `notNow` if it could not be stored.
   */
  outputProgress(ref: AttemptRef, progress: Progress | null): Promise<'taken' | 'notNow' | 'unwanted'>;
  /** Progress is no longer read from its output. The reason appears in the timeline. */
  outputProgressOff(ref: AttemptRef, reason: Message): Promise<void>;
}

/** Runs attempts and reports what happens to them. */
export interface Engine {
  readonly name: string;
  /** Launches a committed attempt. If it can't be started, that is reported as its end and not thrown. */
  start(launch: Launch): Promise<void>;
  /**
   * Asks a running attempt to stop, with `signal` where the engine can, then forces it if `kill` is set, which is the
   * default without a signal. Resolves after asking; the end is reported.
   */
  cancel(ref: AttemptRef, signal?: CancelSignal | null, kill?: boolean): Promise<void>;
  /**
   * Takes over attempts from an earlier daemon: adopts them or reports their end. Called once before any start, even if
   * there are none. Calls `onFound` when it knows the state of one.
   */
  recover(attempts: UnfinishedAttempt[], onFound?: () => void): Promise<void>;
  /**
   * Kills all processes of an attempt that has already been recorded as ended, also those it left. Resolves when none
   * are left, which may take any time; rejects if they can't be killed. Until then, `start` of a later attempt of the
   * job waits. Engines without processes omit it.
   */
  kill?(ref: AttemptRef): Promise<void>;
  /** All launches that it knows of, for a database that has lost them. Called before `recover`. */
  found?(): Promise<FoundLaunch[]>;
  /** Launches without an unfinished attempt that an earlier daemon left processes of. Called once, after `recover`. */
  leftovers?(): AttemptRef[];
  /** Leaves the processes of such a launch running, and reports them. */
  leave?(ref: AttemptRef): Promise<void>;
  /** Pauses or resumes a running attempt. Returns false if it is gone; rejects if it can't be paused. */
  suspend?(ref: AttemptRef, paused: boolean): Promise<boolean>;
  /**
   * Sends text to a running attempt that was launched with `stdin`, then closes its input if `end` is set and all text
   * was sent. Text that the program doesn't read soon is omitted. Returns null if the attempt is gone. Engines without
   * input omit it.
   * @throws JobdeckError INPUT_ENDED
   */
  input?(ref: AttemptRef, text: string, end: boolean): Promise<InputSent | null>;
  /** The current resource use of a running attempt; null if it can't be measured. */
  resources?(ref: AttemptRef): Promise<Resources | null>;
  /** Stops watching. Running jobs continue. */
  close(): Promise<void>;
}
