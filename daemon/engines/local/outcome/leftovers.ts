/** The processes that keep running after their attempt has ended. Their run folders are kept until they are gone. */
import type { LeftoverProcess } from '../../../../shared/job.ts';
import type { Clock } from '../../../clock.ts';
import type { AttemptLogs } from '../../../logs/files.ts';
import type { AttemptRef, EngineReports, StuckProcess } from '../../engine.ts';
import type { ErrorGuard } from '../errorGuard.ts';
import type { Cgroups } from '../processes/cgroups.ts';
import { isOurs } from '../processes/launchProof.ts';
import type { JobProcesses, Processes } from '../processes/processes.ts';
import { killProcesses } from '../processes/stop.ts';
import { nameOf, type Process } from '../processes/table.ts';
import { leftLaunch, sweep } from '../recovery/sweep.ts';
import { runFolderName } from '../supervising/runFolder.ts';
import type { EndedLaunch } from '../tracked.ts';

/** All attempts that ended within this time share one look. */
const firstIntervalMs = 1_000;
const longestIntervalMs = 8_000;

interface Leftover extends EndedLaunch {
  processes: JobProcesses;
  /** The processes in the last report, as `nameOf` names them; null if an earlier daemon may have reported some. */
  reported: string | null;
  /** Its processes are being killed. */
  isKilled: boolean;
}

export interface LeftoversDeps {
  runDir: string;
  logs: AttemptLogs;
  processes: Processes;
  cgroups: Cgroups | null;
  reports: Pick<EngineReports, 'leftovers'>;
  clock: Clock;
  guard: ErrorGuard;
  /** Ends everything when the daemon stops. */
  signal: AbortSignal;
  onStuck(ref: AttemptRef, stuck: StuckProcess[]): void;
}

export class Leftovers {
  readonly #deps: LeftoversDeps;
  readonly #ended = new Map<string, Leftover>();
  #interval = firstIntervalMs;
  #stopTimer: (() => void) | null = null;

  constructor(deps: LeftoversDeps) {
    this.#deps = deps;
  }

  /** Whether the processes of this launch are left running although it has ended. */
  mayRun(name: string): boolean {
    return this.#ended.get(name)?.isKilled === false;
  }

  /** Removes what earlier daemons left, except for launches that have processes. Returns those. */
  sweep(needed: (name: string) => boolean): Promise<AttemptRef[]> {
    return sweep({ ...this.#folders, processes: this.#deps.processes, release: (one) => this.release(one) }, needed);
  }

  /**
   * Leaves the processes of a launch running that an earlier daemon left. A supervisor that is running belongs to no
   * job that has ended: the database may have been replaced.
   */
  async leave(ref: AttemptRef): Promise<void> {
    const launch = await leftLaunch(ref, this.#folders);
    const { processes, folder } = launch;
    if (processes === null || !(await isOurs(processes.supervisor, folder.path))) await this.add(launch, false);
  }

  /**
   * Looks for processes of a launch soon, and releases the launch when none is left. `isNew`: it ended under this
   * daemon.
   */
  add(launch: EndedLaunch, isNew: boolean): Promise<void> {
    if (launch.processes === null) return this.release(launch);
    const leftover = { ...launch, processes: launch.processes, reported: isNew ? '' : null, isKilled: false };
    this.#ended.set(runFolderName(launch.ref), leftover);
    this.#lookWithin(this.#deps.processes.backgroundInterval(firstIntervalMs));
    return Promise.resolve();
  }

  /** Kills the processes of an ended launch. Resolves when none is left, or when the daemon stops. */
  async kill(ref: AttemptRef): Promise<void> {
    const name = runFolderName(ref);
    if (!this.#ended.has(name)) {
      const launch = await leftLaunch(ref, this.#folders);
      await launch.folder.revoke();
      await this.add(launch, false);
    }
    const leftover = this.#ended.get(name);
    if (!leftover) return;
    leftover.isKilled = true;
    const { signal } = this.#deps;
    const onStuck = (stuck: StuckProcess[]) => this.#deps.onStuck(ref, stuck);
    await killProcesses(leftover.processes, { ...this.#deps, onStuck }).done;
    if (!signal.aborted) await this.#update(leftover, []);
  }

  /** Removes what a launch without processes leaves. */
  async release({ folder, cgroup }: EndedLaunch): Promise<void> {
    await this.#deps.guard.run(`removing ${folder.path}`, async () => {
      await folder.remove();
      if (cgroup !== null) this.#deps.cgroups?.release(cgroup);
    });
  }

  /** Releases the launches that have no processes left. The next daemon finds the others. */
  async close(): Promise<void> {
    this.#stop();
    await this.#deps.guard.run('looking for processes that jobs left', async () => {
      const looks = [...this.#ended.values()].map(async (leftover) => {
        const members = await this.#deps.processes.look(leftover.processes);
        if (members.length === 0) await this.release(leftover);
      });
      await Promise.all(looks);
    });
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  get #folders() {
    const { runDir, logs } = this.#deps;
    return { runDir, logOf: ({ jobId, attempt }: AttemptRef) => logs.path(jobId, attempt) };
  }

  /** Schedules a look, unless an earlier one is scheduled. */
  #lookWithin(interval: number): void {
    const { clock, signal } = this.#deps;
    if (signal.aborted || (this.#stopTimer !== null && this.#interval <= interval)) return;
    this.#stop();
    this.#interval = interval;
    this.#stopTimer = clock.after(interval, () => void this.#look(interval));
  }

  async #look(interval: number): Promise<void> {
    this.#stopTimer = null;
    const { guard, processes, signal } = this.#deps;
    await guard.run('looking for processes that jobs left', async () => {
      const looks = [...this.#ended.values()].map(async (leftover) => {
        const members = await processes.look(leftover.processes);
        if (!signal.aborted) await this.#update(leftover, members);
      });
      await Promise.all(looks);
    });
    if (this.#ended.size > 0) this.#lookWithin(Math.min(interval * 2, longestIntervalMs));
  }

  async #update(leftover: Leftover, members: readonly Process[]): Promise<void> {
    const { ref } = leftover;
    const now = members.map(nameOf).join();
    if (now !== leftover.reported) {
      leftover.reported = now;
      await this.#deps.reports.leftovers(ref, members.map(shown));
    }
    if (members.length > 0 || !this.#ended.delete(runFolderName(ref))) return;
    await this.release(leftover);
  }
}

/** A process as clients receive it. */
export function shown({ pid, name }: Process): LeftoverProcess {
  return { pid, name };
}
