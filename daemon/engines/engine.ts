/** What an engine is to the rest of the daemon. `local` is one like any other. */
import type { Command, JobError, OutputProgress, Progress, Resources } from '../../shared/job.ts';

/** Names one launch of one attempt. A launch that provably never started is followed by another of the same attempt. */
export interface AttemptRef {
  jobId: string;
  attempt: number;
  launch: number;
}

/** What to run, as it was committed before it is launched. */
export interface Launch extends AttemptRef {
  command: Command;
  cwd: string;
  /** Whether it can be sent input while it runs; otherwise it has none. */
  stdin?: boolean;
  /** The submitter's whole environment, as stored; the engine cleans it and adds `JOBDECK_*`. */
  env: Record<string, string>;
  /** How its output tells progress. */
  outputProgress: OutputProgress;
}

/** An attempt without an ending in the store, at the daemon's start. */
export interface UnfinishedAttempt extends Launch {
  status: 'starting' | 'running';
  cancelRequested: boolean;
}

/** How an attempt ended, as the engine saw it. `exitCode` is 128+n after signal n; null when nobody recorded it. */
export interface Ending {
  exitCode: number | null;
  signal: string | null;
  /** Milliseconds since the epoch, as exact as the engine knows. */
  endedAt: number;
  /** Set when the attempt failed; the sentence, hint and last output for the user. */
  error: JobError | null;
  /** What the ending means, where the engine knows that without an exit status. */
  outcome?: 'completed' | 'failed' | 'cancelled';
  /** The most memory it was seen with, in bytes, where the engine looks for that. */
  peakMemoryBytes?: number | null;
}

export interface StartFacts {
  pid: number | null;
  startedAt: number;
  paused?: boolean | null;
}

/** What became of input: how many UTF-16 units of the text were sent, and whether the input is over. */
export interface InputSent {
  taken: number;
  ended: boolean;
}

/** What an engine reports. Calls are safe to repeat; news of an attempt that has ended change nothing. */
export interface EngineReports {
  /** Reported again when the attempt was adopted; `paused`, where that is known, corrects what was committed. */
  started(ref: AttemptRef, facts: StartFacts): Promise<void>;
  ended(ref: AttemptRef, ending: Ending): Promise<void>;
  /** This launch provably never ran and never will: dispatch the attempt again. */
  neverStarted(ref: AttemptRef): Promise<void>;
}

/** What an engine that sees the output of its attempts reads in it. News of an attempt that has ended change nothing. */
export interface ProgressReports {
  /**
   * How far it is, or null when that was a mistake. `unwanted`: nothing more is to be reported, as when the program
   * reports its progress itself; `notNow`: it could not be written.
   */
  outputProgress(ref: AttemptRef, progress: Progress | null): Promise<'taken' | 'notNow' | 'unwanted'>;
  /** Its output is read no more, and why, in a sentence for the timeline. */
  outputProgressOff(ref: AttemptRef, reason: string): Promise<void>;
}

/** Runs attempts somewhere and reports what becomes of them. */
export interface Engine {
  readonly name: string;
  /** Launches a committed attempt. Failing to start is reported as an ending, never thrown. */
  start(launch: Launch): Promise<void>;
  /** Asks a running attempt to stop, then makes it. Resolves when asked; the ending is reported. */
  cancel(ref: AttemptRef): Promise<void>;
  /**
   * Finds out what became of attempts left by an earlier daemon: reports their endings or adopts them. Called once
   * before any start, also when there are none.
   */
  recover(attempts: UnfinishedAttempt[]): Promise<void>;
  /**
   * Kills what there is of an attempt, at once: the attempt has ended for everybody else already. Resolves when nothing
   * of it is left, which may be late or never; rejects when it can't. Until then no later attempt of the job runs:
   * `start` waits for that. Engines that never can do without.
   */
  kill?(ref: AttemptRef): Promise<void>;
  /** Launches that an earlier daemon left processes of without an unfinished attempt. Asked once, after `recover`. */
  leftovers?(): AttemptRef[];
  /** Of such a launch nothing is to be killed: it runs on by itself. */
  leave?(ref: AttemptRef): Promise<void>;
  /** Stops a running attempt where it is, or lets it go on. False when it is not there any more; rejects when it can't. */
  suspend?(ref: AttemptRef, paused: boolean): Promise<boolean>;
  /**
   * Sends text to a running attempt that was launched with `stdin`, then ends its input when asked to and all was taken.
   * What its program does not read soon is left out. Null when it is not there any more; INPUT_ENDED when it has no
   * input any more. Engines that can't give input do without.
   */
  input?(ref: AttemptRef, text: string, end: boolean): Promise<InputSent | null>;
  /** What a running attempt uses now; null when that can't be seen. Engines that never can do without. */
  resources?(ref: AttemptRef): Promise<Resources | null>;
  /** Stops watching. Jobs run on. */
  close(): Promise<void>;
}
