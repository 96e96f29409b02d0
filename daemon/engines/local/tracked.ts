/** What the engine knows of a launch from its start, or its adoption, until its ending is committed. */
import type { AttemptRef, Ending, Launch } from '../engine.ts';
import { cannotRun } from './exitStatus.ts';
import { environmentMark } from './launching/environment.ts';
import { findProgram, type Program } from './launching/program.ts';
import { endingByCancel, endingWithoutStatus, endingWithStatus } from './outcome/outcome.ts';
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
  /** `ending`: known to have ended, what is left of it is being stopped; `settled`: its ending is being reported. */
  phase: 'active' | 'ending' | 'settled';
}

/** How a launch that ran came to its end. */
export type End = { kind: 'status'; status: number; at: number } | { kind: 'lost' };

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

interface Knowing {
  killed: boolean;
  now: number;
  readTail(): Promise<string | null>;
  readOutput(): Promise<string | null>;
}

/** The ending to report. `now` counts where nothing recorded when it ended; `killed` when a cancel had to kill it; `readTail` gives the end of the output, `readOutput` more of it. */
export async function endingOf(
  job: Tracked,
  end: End,
  { killed, now, readTail, readOutput }: Knowing,
): Promise<Ending> {
  if (end.kind === 'status') {
    const fine = end.status === 0 || job.cancelRequested;
    if (fine) return endingWithStatus(end.status, end.at, null);
    const { command, cwd } = job.launch;
    const program = await programAskedFor(job.launch, end.status);
    const [details, output] = await Promise.all([readTail(), readOutput()]);
    return endingWithStatus(end.status, end.at, { command, cwd, program, details, output });
  }
  if (job.cancelRequested) return endingByCancel(now, killed);
  return endingWithoutStatus(now, await readTail(), job.machineRestarted);
}

async function programAskedFor({ command, cwd, env }: Launch, status: number): Promise<Program | null> {
  if ('shell' in command || (status !== cannotRun.missing && status !== cannotRun.found)) return null;
  return findProgram(command.argv[0] ?? '', cwd, env.PATH);
}
