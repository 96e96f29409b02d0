/** The engine's record of a launch, from its start or adoption until its end is committed. */
import type { AttemptRef, Launch } from '../engine.ts';
import { markOf } from './processes/evidence.ts';
import type { JobProcesses } from './processes/processes.ts';
import type { Stopping } from './processes/stop.ts';
import type { RunFolder } from './supervising/runFolder.ts';

export interface Tracked {
  launch: Launch;
  folder: RunFolder;
  /** Its log file. */
  log: string;
  /** The name of its cgroup; null for none. */
  cgroup: string | null;
  /** Its processes; null until the supervisor exists. */
  processes: JobProcesses | null;
  cancelRequested: boolean;
  /** Its processes must be killed at once. Its end is already recorded. */
  killRequested: boolean;
  /** Resolved by `forget`, when the end is committed and the run folder is removed. */
  gone: Promise<void>;
  forget(): void;
  /** The machine was restarted after the launch. */
  machineRestarted: boolean;
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
    cancelRequested: false,
    killRequested: false,
    machineRestarted: false,
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
  return { supervisor, runFolder: folder.path, mark: markOf(launch), log, cgroup, known: new Set() };
}

export function refOf({ launch: { jobId, attempt, launch } }: Tracked): AttemptRef {
  return { jobId, attempt, launch };
}
