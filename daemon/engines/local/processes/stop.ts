/** Stops a job's processes: SIGTERM or another signal first, then SIGKILL, until none is left. Never signals the processes of others. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CancelSignal } from '../../../../shared/job.ts';
import { type Clock, wait } from '../../../clock.ts';
import type { StuckProcess } from '../../engine.ts';
import { isOurs } from './launchProof.ts';
import type { JobProcesses, Processes } from './processes.ts';
import { type Kill, signalEach } from './signals.ts';
import { nameOf, type Process } from './table.ts';

/** How a stop went. */
export interface Stopped {
  /** The processes that did not end by themselves. */
  killed: Process[];
  /** The time they had for that, in milliseconds. */
  afterMs: number;
}

export interface KillOptions {
  processes: Pick<Processes, 'look'>;
  clock: Clock;
  /** Stops the waiting, not the processes' termination. */
  signal: AbortSignal;
  /** Called with processes that don't end, once for each of them. Stopping continues. */
  onStuck?(stuck: StuckProcess[]): void;
  kill?: Kill;
}

export interface StopOptions extends KillOptions {
  /** The signal that asks the processes to end. */
  first: CancelSignal;
  graceMs: number;
}

/** A stop in progress. */
export interface Stopping {
  /** Resolves when the signal was sent. */
  requested: Promise<void>;
  /** Resolves when no process is left, or on abort. */
  done: Promise<Stopped>;
}

const firstIntervalMs = 10;
const longestIntervalMs = 100;
/** For processes that don't end. */
const slowIntervalMs = 1_000;
/** Time after which a killed process is considered unresponsive. */
const patienceMs = 5_000;

const nothingKilled: Stopped = { killed: [], afterMs: 0 };

/**
 * Sends `first` to all processes, and SIGKILL to the remaining ones after `graceMs`. On Windows, which has no such
 * signals, it kills the whole process tree at once.
 */
export function stopProcesses(job: JobProcesses, options: StopOptions): Stopping {
  if (process.platform === 'win32') return stopTree(job);
  if (options.first === 'SIGKILL') return killProcesses(job, options);
  return new Stop(job, options, options.first).start(options.graceMs);
}

/** Sends SIGKILL to all processes at once. */
export function killProcesses(job: JobProcesses, options: KillOptions): Stopping {
  if (process.platform === 'win32') return stopTree(job);
  return new Stop(job, options, 'SIGKILL').start(null);
}

/** Only sends a signal to all processes. Not supported on Windows. */
export async function signalProcesses(
  job: JobProcesses,
  signal: CancelSignal,
  { processes, kill, onStuck }: Pick<KillOptions, 'processes' | 'kill' | 'onStuck'>,
): Promise<void> {
  const members = await processes.look(job);
  const refused = signalEach(members, signal, kill);
  signalEach(members, 'SIGCONT', kill);
  if (refused.length > 0) onStuck?.(refused.map(({ pid, name }) => ({ pid, name, reason: 'otherUser' })));
}

class Stop {
  readonly #job: JobProcesses;
  readonly #options: KillOptions;
  readonly #first: CancelSignal;
  readonly #asked = new Set<string>();
  readonly #stuck = new Set<string>();

  constructor(job: JobProcesses, options: KillOptions, first: CancelSignal) {
    this.#job = job;
    this.#options = options;
    this.#first = first;
  }

  /** Without `graceMs`, kills at once. */
  start(graceMs: number | null): Stopping {
    const first = graceMs === null ? this.#kill() : this.#ask();
    const done = first.then((left) => {
      if (left.length === 0) return nothingKilled;
      return graceMs === null ? this.#killUntilGone(left, 0) : this.#waitThenKill(graceMs);
    });
    return { requested: first.then(() => {}), done };
  }

  /** Sends the first signal to each process once. Returns the living ones. */
  async #ask(): Promise<Process[]> {
    const members = await this.#options.processes.look(this.#job);
    const asked = members.filter((process) => !this.#asked.has(nameOf(process)));
    this.#send(asked, this.#first);
    // A stopped process handles the signal only after it is continued.
    this.#send(asked, 'SIGCONT');
    for (const process of asked) this.#asked.add(nameOf(process));
    return members;
  }

  /** Sends SIGKILL to each process. Returns the living ones. */
  async #kill(): Promise<Process[]> {
    const members = await this.#options.processes.look(this.#job);
    this.#send(members, 'SIGKILL');
    return members;
  }

  async #waitThenKill(graceMs: number): Promise<Stopped> {
    const { clock, signal } = this.#options;
    // A timer, because the wall clock may be set back.
    const grace = new AbortController();
    const cancel = clock.after(graceMs, () => grace.abort());
    const over = AbortSignal.any([signal, grace.signal]);
    try {
      for (const pause of intervals()) {
        await wait(pause, clock, over);
        if (over.aborted) break;
        if ((await this.#ask()).length === 0) return nothingKilled;
      }
    } finally {
      cancel();
    }
    if (signal.aborted) return nothingKilled;
    const left = await this.#kill();
    return left.length === 0 ? nothingKilled : this.#killUntilGone(left, graceMs);
  }

  async #killUntilGone(killed: Process[], afterMs: number): Promise<Stopped> {
    const { clock, signal } = this.#options;
    const all = new Map(killed.map((process) => [nameOf(process), process]));
    const unresponsive = new AbortController();
    const cancel = clock.after(patienceMs, () => unresponsive.abort());
    try {
      for (const pause of intervals()) {
        await wait(this.#stuck.size > 0 ? slowIntervalMs : pause, clock, signal);
        if (signal.aborted) break;
        const left = await this.#kill();
        for (const process of left) all.set(nameOf(process), process);
        if (left.length === 0) break;
        if (unresponsive.signal.aborted) this.#report(left, 'unresponsive');
      }
    } finally {
      cancel();
    }
    return { killed: [...all.values()], afterMs };
  }

  #send(processes: readonly Process[], signal: NodeJS.Signals): void {
    this.#report(signalEach(processes, signal, this.#options.kill), 'otherUser');
  }

  #report(processes: readonly Process[], reason: StuckProcess['reason']): void {
    const added = processes.filter((process) => !this.#stuck.has(nameOf(process)));
    for (const process of added) this.#stuck.add(nameOf(process));
    if (added.length > 0) this.#options.onStuck?.(added.map(({ pid, name }) => ({ pid, name, reason })));
  }
}

function* intervals(): Generator<number, never> {
  for (let pause = firstIntervalMs; ; pause = Math.min(pause * 2, longestIntervalMs)) yield pause;
}

function stopTree(job: JobProcesses): Stopping {
  const killing = killTree(job);
  return { requested: killing.then(() => {}), done: killing };
}

async function killTree({ supervisor, runFolder }: JobProcesses): Promise<Stopped> {
  if (!(await isOurs(supervisor, runFolder))) return nothingKilled;
  await promisify(execFile)('taskkill', ['/PID', String(supervisor), '/T', '/F'], { windowsHide: true });
  return nothingKilled;
}
