/** The engine's record of a launch, from its start or adoption until its end is committed. */
import type { CancelSignal } from '../../../shared/job.ts';
import type { AttemptRef, Launch } from '../engine.ts';
import { environmentMark } from './launching/environment.ts';
import type { JobProcesses, Stopping } from './processes/kill.ts';
import type { RunFolder } from './supervising/runFolder.ts';

/** Why a launch has no exit status: it was killed, or the machine was restarted, or another home or place has it. */
export type Absence =
  | { kind: 'killed' | 'restarted' }
  | { kind: 'copied'; pid: number }
  | { kind: 'takenOver'; host: string };

export interface Tracked {
  launch: Launch;
  folder: RunFolder;
  /** The supervisor's pid; null until the supervisor exists. */
  pid: number | null;
  /** When the system started the supervisor, once it was proved to be the launch's; null if that can't be read cheaply. */
  started: string | null;
  cancelRequested: boolean;
  /** The signal that asks its processes to stop. */
  stopSignal: CancelSignal;
  /** Signals that were sent to its processes. */
  sentSignals: Set<string>;
  /** Its processes must be killed at once. Its end is already recorded. */
  killRequested: boolean;
  /** Resolved by `forget`, when the end is committed and the run folder is removed. */
  gone: Promise<void>;
  forget(): void;
  /** Why its end may never be known. */
  absence: Absence;
  stopping: Stopping | null;
  /** Settles when the last input was sent or refused. */
  inputSent: Promise<unknown>;
  /** Settles after the first attempt to report the start. */
  startReported: Promise<unknown>;
  /** `ended`: the command has ended, and its remaining processes are being stopped; `settled`: the end is being reported. */
  phase: 'active' | 'ended' | 'settled';
}

export function track(launch: Launch, folder: RunFolder): Tracked {
  let forget = () => {};
  const gone = new Promise<void>((resolve) => {
    forget = resolve;
  });
  return {
    launch,
    folder,
    gone,
    forget,
    pid: null,
    started: null,
    cancelRequested: false,
    stopSignal: launch.stopSignal ?? 'SIGTERM',
    sentSignals: new Set(),
    killRequested: false,
    absence: { kind: 'killed' },
    stopping: null,
    inputSent: Promise.resolve(),
    startReported: Promise.resolve(),
    phase: 'active',
  };
}

/** The processes of a launch; null before its supervisor exists. */
export function processesOf({ launch, folder, pid }: Tracked): JobProcesses | null {
  return pid === null
    ? null
    : { supervisor: pid, runFolder: folder.path, mark: environmentMark(launch, folder.token()) };
}

export function refOf({ launch: { jobId, attempt, launch } }: Tracked): AttemptRef {
  return { jobId, attempt, launch };
}
