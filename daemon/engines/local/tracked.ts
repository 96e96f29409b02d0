/** What the engine knows of a launch from its start, or its adoption, until its outcome is committed. */
import type { AttemptRef, Launch } from '../engine.ts';
import { environmentMark } from './launching/environment.ts';
import type { JobProcesses, Stopping } from './processes/kill.ts';
import type { RunFolder } from './supervising/runFolder.ts';

export interface Tracked {
  launch: Launch;
  folder: RunFolder;
  /** Of its supervisor; null until that exists. */
  pid: number | null;
  cancelRequested: boolean;
  /** It is to be killed at once; for everybody else it has ended already. */
  killRequested: boolean;
  /** Resolves, by `forget`, when it is over and nothing of it is needed any more. */
  gone: Promise<void>;
  forget(): void;
  /** The machine was restarted since it was launched. */
  machineRestarted: boolean;
  stopping: Stopping | null;
  /** Resolves when what was sent to it last was, or was refused. */
  inputSent: Promise<unknown>;
  /** Resolves when its start was reported, or tried to be. */
  announced: Promise<unknown>;
  /** `ending`: known to have ended, what is left of it is being stopped; `settled`: its outcome is being reported. */
  phase: 'active' | 'ending' | 'settled';
}

export function track(launch: Launch, folder: RunFolder): Tracked {
  let forget = () => {};
  const gone = new Promise<void>((resolve) => {
    forget = resolve;
  });
  return {
    ...{ launch, folder, gone, forget },
    pid: null,
    cancelRequested: false,
    killRequested: false,
    machineRestarted: false,
    stopping: null,
    inputSent: Promise.resolve(),
    announced: Promise.resolve(),
    phase: 'active',
  };
}

/** What may be signalled for a launch; null before there is anything. */
export function processesOf({ launch, folder, pid }: Tracked): JobProcesses | null {
  return pid === null ? null : { supervisor: pid, runFolder: folder.path, mark: environmentMark(launch) };
}

/** Which launch it is, without what it runs. */
export function refOf({ launch: { jobId, attempt, launch } }: Tracked): AttemptRef {
  return { jobId, attempt, launch };
}
