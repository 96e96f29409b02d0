/** Injects the planned faults into a round at their time. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { homeFiles } from '../../shared/client/home.ts';
import { isTerminal } from '../../shared/status.ts';
import { commandLine } from '../daemon/harness.ts';
import type { Follower } from './follower.ts';
import type { Keeper } from './keeper.ts';
import type { Ledger } from './ledger.ts';
import type { Moments } from './moments.ts';
import type { Fault, Timed } from './plan.ts';
import { environmentOf, groupOf, processIds } from './processes.ts';
import type { Relay } from './relay.ts';
import type { RoundFolder } from './roundFolder.ts';

export interface FaultsDeps {
  roundFolder: RoundFolder;
  keeper: Keeper;
  relay: Relay;
  ledger: Ledger;
  follower: Follower;
  moments: Moments;
}

/** Milliseconds to wait for a moment. */
const patience = 600;

export class Faults {
  readonly #deps: FaultsDeps;
  readonly #lasting: Promise<void>[] = [];
  #diskFaults = 0;
  #offset = 0;
  #latest = 0;
  /** How often each fault was injected. */
  readonly made = new Map<string, number>();

  constructor(deps: FaultsDeps) {
    this.#deps = deps;
  }

  /** Whether the disk currently fails. */
  get diskFails(): boolean {
    return this.#diskFaults > 0;
  }

  /** Injects faults one after another. Lasting ones overlap with the next. */
  async run(faults: readonly Timed<Fault>[]): Promise<void> {
    const began = performance.now();
    for (const fault of faults) {
      await pause(Math.max(0, fault.at - (performance.now() - began)));
      if (await this.#make(fault)) this.made.set(fault.do, (this.made.get(fault.do) ?? 0) + 1);
    }
    await Promise.all(this.#lasting);
    // A clock that was set back would delay everything scheduled by the same amount.
    if (this.#offset < this.#latest) this.#setClock(this.#latest);
  }

  /** Returns whether the fault could be injected. */
  async #make(fault: Fault): Promise<boolean> {
    const { keeper, relay, ledger, moments } = this.#deps;
    switch (fault.do) {
      case 'kill':
        if (fault.on !== null) await moments.next(fault.on, patience);
        if (fault.delayMs > 0) await pause(fault.delayMs);
        await keeper.kill(fault.frozenMs);
        await pause(fault.downMs);
        keeper.start();
        return true;
      case 'terminate':
        await keeper.terminate(fault.killAfterMs);
        keeper.start();
        return true;
      case 'everything':
        await keeper.terminate();
        relay.cut(true);
        keeper.start();
        return true;
      case 'cut':
        relay.cut(fault.rudely);
        return true;
      case 'stall':
        this.#last(
          fault.forMs,
          () => relay.stall(),
          () => {
            if (fault.thenCut) relay.cut(false);
            relay.resume();
          },
        );
        return true;
      case 'moveClock':
        this.#setClock(this.#offset + fault.byMs);
        return true;
      case 'fillDisk':
        return this.#failDisk(
          fault.forMs,
          (roundFolder) => roundFolder.fill(fault.leaveBytes),
          (roundFolder) => roundFolder.empty(),
        );
      case 'readOnly':
        return this.#failDisk(
          fault.forMs,
          (roundFolder) => roundFolder.setReadOnly(),
          (roundFolder) => roundFolder.setWritable(),
        );
      case 'killSupervisor':
      case 'killGroup':
      case 'killProcess': {
        const found = this.#pickJob(fault.which);
        if (found === null) return false;
        ledger.killed.add(found.jobId);
        if (fault.do === 'killSupervisor') signal(found.supervisor, 'SIGKILL');
        else if (fault.do === 'killGroup') signal(-found.supervisor, 'SIGKILL');
        else {
          const others = processIds().filter((pid) => pid !== found.supervisor && groupOf(pid) === found.supervisor);
          const victim = others[fault.which % others.length];
          // The PID could only have been reused in between if thousands of processes had started.
          if (victim === undefined || !environmentOf(victim).includes(`JOBDECK_JOB_ID=${found.jobId}`)) return false;
          ledger.orphaned.add(found.jobId);
          signal(victim, fault.signal);
        }
        return true;
      }
    }
  }

  /** A running job, according to its run folder. */
  #pickJob(which: number): { jobId: string; supervisor: number } | null {
    const runs = join(this.#deps.roundFolder.home, homeFiles.run);
    const found = readdirSync(runs).flatMap((name) => {
      const supervisor = pidIn(join(runs, name, 'pid'));
      const isSo = supervisor !== null && commandLine(supervisor).includes(join(runs, name));
      return isSo ? [{ jobId: name.split('.')[0] ?? '', supervisor }] : [];
    });
    return found[which % found.length] ?? null;
  }

  #setClock(offset: number): void {
    this.#offset = offset;
    this.#latest = Math.max(this.#latest, offset);
    writeFileSync(this.#deps.roundFolder.clock, String(offset));
  }

  /** One at a time, because ending the first fault would also end a second one. */
  #failDisk(ms: number, begin: (roundFolder: RoundFolder) => void, end: (roundFolder: RoundFolder) => void): boolean {
    if (this.diskFails) return false;
    const { roundFolder, ledger, follower } = this.#deps;
    const isOver = (id: string) => isTerminal(follower.state.jobs.get(id)?.status ?? 'running');
    this.#diskFaults += 1;
    const worksAgain = ledger.diskFails(isOver);
    this.#last(
      ms,
      () => begin(roundFolder),
      async () => {
        end(roundFolder);
        // A daemon that hit the fault may still be shutting down.
        await pause(500);
        worksAgain();
        this.#diskFaults -= 1;
      },
    );
    return true;
  }

  #last(ms: number, begin: () => void, end: () => void | Promise<void>): void {
    begin();
    this.#lasting.push(pause(ms).then(end));
  }
}

function pidIn(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'latin1'), 10);
    return pid > 1 ? pid : null;
  } catch {
    return null; // Not written yet, or its folder is gone.
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
