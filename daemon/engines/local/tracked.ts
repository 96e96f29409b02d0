/** The engine's record of a launch, from its start or adoption until its end is committed. */
import type { CancelSignal } from '../../../shared/job.ts';
import type { AttemptRef, Launch } from '../engine.ts';
import { markOf } from './processes/evidence.ts';
import type { JobProcesses } from './processes/processes.ts';
import type { Stopping } from './processes/stop.ts';
import type { RunFolder } from './supervising/runFolder.ts';

/** Why a launch has no exit status: it was killed, or the machine was restarted, or another home or place has it. */
export type Absence =
  | { kind: 'killed' | 'restarted' }
  | { kind: 'copied'; pid: number }
  | { kind: 'takenOver'; host: string };

export interface Tracked {
  launch: Launch;
  folder: RunFolder;
  /** Its log file. */
  log: string;
  /** The name of its cgroup; null for none. */
  cgroup: string | null;
  /** Its processes; null until the supervisor exists. */
  processes: JobProcesses | null;
  /** When the system started the supervisor, once it was proved to be the launch's; null if that can't be read cheaply. */
  started: string | null;
  cancelRequested: boolean;
  /** Whether it is recorded as paused, if that is still to be checked. */
  recordedPaused: boolean | null;
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

export function track(launch: Launch, folder: RunFolder, log: string): Tracked {
  let forget = () => {};
  const gone = new Promise<void>((resolve) => {
    forget = resolve;
  });
  return {
    launch,
    folder,
    gone,
    forget,
    log,
    cgroup: null,
    processes: null,
    started: null,
    cancelRequested: false,
    recordedPaused: null,
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

/** A launch whose end is committed, or that an earlier daemon left. */
export interface EndedLaunch {
  ref: AttemptRef;
  folder: RunFolder;
  /** Null if it never had any. */
  processes: JobProcesses | null;
  cgroup: string | null;
}

/** The processes of a launch with this supervisor, before the first look. */
export function processesOf(
  { launch, folder, log, cgroup }: Pick<Tracked, 'folder' | 'log' | 'cgroup'> & { launch: AttemptRef },
  supervisor: number,
): JobProcesses {
  const token = folder.token();
  return {
    supervisor,
    runFolder: folder.path,
    mark: markOf({ ...launch, token }),
    token,
    log,
    cgroup,
    known: new Set(),
  };
}

export function refOf({ launch: { jobId, attempt, launch } }: Tracked): AttemptRef {
  return { jobId, attempt, launch };
}
