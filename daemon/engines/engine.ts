/** The interface between the daemon and an engine that runs attempts. */
import type {
  CancelSignal,
  Command,
  JobError,
  LeftoverProcess,
  OutputProgress,
  Progress,
  Resources,
} from '../../shared/job.ts';
import type { Message } from '../../shared/messages/schema.ts';

/** One launch of one attempt. If a launch is known never to have run, the same attempt is launched again. */
export interface AttemptRef {
  jobId: string;
  attempt: number;
  launch: number;
}

/** What to run. It is committed before it is launched. */
export interface Launch extends AttemptRef {
  command: Command;
  cwd: string;
  /** Whether it has an input that can be written to while it runs. */
  stdin?: boolean;
  /** The submitter's whole environment, as stored. The engine cleans it and adds `JOBDECK_*`. */
  env: Record<string, string>;
  /** How to read progress from its output. */
  outputProgress: OutputProgress;
}

/** An attempt that the store lists as unfinished when the daemon starts. */
export interface UnfinishedAttempt extends Launch {
  status: 'starting' | 'running';
  cancelRequested: boolean;
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
  /** Called again when the attempt is adopted. `paused`, if known, corrects the stored value. */
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
   * Asks a running attempt to stop, then forces it; with `signal`, only sends that where the engine can. Resolves after
   * asking; the end is reported.
   */
  cancel(ref: AttemptRef, signal?: CancelSignal | null): Promise<void>;
  /**
   * Takes over attempts from an earlier daemon: adopts them or reports their end. Called once before any start, even if
   * there are none.
   */
  recover(attempts: UnfinishedAttempt[]): Promise<void>;
  /**
   * Kills all processes of an attempt that has already been recorded as ended, also those it left. Resolves when none are left, which may
   * take any time; rejects if they can't be killed. Until then, `start` of a later attempt of the job waits. Engines
   * without processes omit it.
   */
  kill?(ref: AttemptRef): Promise<void>;
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
