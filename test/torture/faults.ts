/** Injects the planned faults into a round at their time. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { homeFiles } from '../../shared/client/home.ts';
import { isTerminal } from '../../shared/status.ts';
import { commandLine } from '../daemon/harness.ts';
import { damageDatabase } from './damage.ts';
import type { Driver } from './driver.ts';
import { FileFaults } from './fileFaults.ts';
import type { Follower } from './follower.ts';
import { stopJob } from './followUps.ts';
import { inTime } from './inTime.ts';
import type { Keeper } from './keeper.ts';
import type { Ledger } from './ledger.ts';
import type { Moments } from './moments.ts';
import type { Fault, HomePath, Timed } from './plan.ts';
import { environmentOf, groupOf, isZombie, processIds } from './processes.ts';
import type { Relay } from './relay.ts';
import type { Requests } from './requests.ts';
import type { RoundFolder } from './roundFolder.ts';

export interface FaultsDeps {
  roundFolder: RoundFolder;
  keeper: Keeper;
  relay: Relay;
  ledger: Ledger;
  follower: Follower;
  moments: Moments;
  requests: Requests;
  driver: Driver;
  violation(text: string): void;
}

/** Milliseconds to wait for a moment. */
const patience = 600;
/** Milliseconds that the processes of a job may take to end on a full disk, on a busy machine. */
const stopMs = 45_000;

export class Faults {
  readonly #deps: FaultsDeps;
  readonly #fileFaults: FileFaults;
  readonly #lasting: Promise<void>[] = [];
  #diskFaults = 0;
  #offset = 0;
  #latest = 0;
  /** How often each fault was injected. */
  readonly made = new Map<string, number>();

  constructor(deps: FaultsDeps) {
    this.#deps = deps;
    this.#fileFaults = new FileFaults(deps);
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
      if (await this.#make(fault)) this.#count(fault.do);
    }
    await Promise.all(this.#lasting);
    // A clock that was set back would delay everything scheduled by the same amount.
    if (this.#offset < this.#latest) this.#setClock(this.#latest);
  }

  #count(what: string, times = 1): void {
    this.made.set(what, (this.made.get(what) ?? 0) + times);
  }

  /** Returns whether the fault could be injected. */
  async #make(fault: Fault): Promise<boolean> {
    const { keeper, relay, ledger, moments, driver } = this.#deps;
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
      case 'stopOnFullDisk':
        return this.#stopOnFullDisk(fault.verb, fault.which);
      case 'damage': {
        await keeper.kill();
        if (!damageDatabase(fault.how, this.#deps)) {
          keeper.start();
          return false;
        }
        this.#count('job running when the database was damaged', ledger.loss?.launched.size);
        keeper.start();
        await keeper.ready();
        await driver.cancelHeld();
        return true;
      }
      case 'changeHome':
        return this.#changeHome(fault.to, fault.how);
      case 'block':
        // A folder that can't be written to can't be obstructed, and the probe would not run.
        return !this.diskFails && this.#fileFaults.block(fault);
      case 'loseInfo':
        return !this.diskFails && this.#fileFaults.loseInfo(fault.how);
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

  async #changeHome(to: HomePath, how: 'kill' | 'terminate' | 'live'): Promise<boolean> {
    const { keeper, roundFolder, ledger, violation } = this.#deps;
    if (this.diskFails) return false;
    if (how === 'live' && !roundFolder.isMounted) {
      await keeper.ready();
      // A launch at the moment of the move may fail.
      const moved = ledger.diskFails((id) => this.#isOver(id));
      const left = await keeper.evict(() => roundFolder.changeHome(to));
      moved();
      if (!left) violation('The daemon did not stop after its home was moved.');
    } else {
      await (how === 'terminate' ? keeper.terminate() : keeper.kill());
      roundFolder.changeHome(to);
    }
    keeper.start();
    return true;
  }

  /** Fills the disk and stops a job: its processes must end although nothing can be written. */
  async #stopOnFullDisk(verb: 'cancel' | 'forceFail', which: number): Promise<boolean> {
    const { ledger, requests, violation } = this.#deps;
    const found = this.diskFails ? null : this.#pickJob(which);
    if (found === null) return false;
    const { jobId, attempt } = found;
    ledger.killed.add(jobId);
    const worksAgain = this.#beginDiskFault((roundFolder) => roundFolder.fill(0));
    const known = ['JOB_ALREADY_ENDED', 'JOB_NOT_FOUND'];
    const stop = () => requests.untilDone((client) => stopJob(client, verb, jobId), { known, helps: true });
    await inTime(`${verb} job ${jobId} on a full disk`, stop, violation);
    const own = [`JOBDECK_JOB_ID=${jobId}`, `JOBDECK_ATTEMPT=${attempt}`];
    const living = () =>
      processIds().filter((pid) => {
        const env = environmentOf(pid);
        return own.every((entry) => env.includes(entry)) && !isZombie(pid);
      });
    for (const until = Date.now() + stopMs; living().length > 0 && Date.now() < until; ) await pause(50);
    const left = ledger.orphaned.has(jobId) ? [] : living();
    if (left.length > 0) violation(`Processes ${left} of job ${jobId} survive a ${verb} on a full disk.`);
    await worksAgain((roundFolder) => roundFolder.empty());
    return true;
  }

  /** A running attempt, according to its run folder. */
  #pickJob(which: number): { jobId: string; attempt: string; supervisor: number } | null {
    const runs = join(this.#deps.roundFolder.home, homeFiles.run);
    const found = readdirSync(runs).flatMap((name) => {
      const supervisor = pidIn(join(runs, name, 'pid'));
      // The home may have been moved since.
      const isSo = supervisor !== null && commandLine(supervisor).includes(`/${name}`);
      const [jobId = '', attempt = ''] = name.split('.');
      return isSo ? [{ jobId, attempt, supervisor }] : [];
    });
    return found[which % found.length] ?? null;
  }

  #isOver(id: string): boolean {
    return isTerminal(this.#deps.follower.state.jobs.get(id)?.status ?? 'running');
  }

  #setClock(offset: number): void {
    this.#offset = offset;
    this.#latest = Math.max(this.#latest, offset);
    writeFileSync(this.#deps.roundFolder.clock, String(offset));
  }

  /** One at a time, because ending the first fault would also end a second one. */
  #failDisk(ms: number, begin: (roundFolder: RoundFolder) => void, end: (roundFolder: RoundFolder) => void): boolean {
    if (this.diskFails) return false;
    const worksAgain = this.#beginDiskFault(begin);
    this.#last(
      ms,
      () => {},
      () => worksAgain(end),
    );
    return true;
  }

  /** Makes the disk fail. The result ends that. */
  #beginDiskFault(begin: (roundFolder: RoundFolder) => void) {
    const { roundFolder, ledger } = this.#deps;
    this.#diskFaults += 1;
    const worksAgain = ledger.diskFails((id) => this.#isOver(id));
    begin(roundFolder);
    return async (end: (roundFolder: RoundFolder) => void) => {
      end(roundFolder);
      // A daemon that hit the fault may still be shutting down.
      await pause(500);
      worksAgain();
      this.#diskFaults -= 1;
    };
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
