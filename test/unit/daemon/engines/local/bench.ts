/** Shared by the tests of the local engine: engines in a temporary folder, and reports that tests can wait for. */
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../../../../daemon/clock.ts';
import type {
  AttemptOutcome,
  AttemptRef,
  EngineReports,
  Launch,
  StartFacts,
  StuckProcess,
  UnfinishedAttempt,
} from '../../../../../daemon/engines/engine.ts';
import { LocalEngine } from '../../../../../daemon/engines/local/engine.ts';
import type { LocalEngineDeps } from '../../../../../daemon/engines/local/engineDeps.ts';
import type { SupervisorKind } from '../../../../../daemon/engines/local/launching/launch.ts';
import { type Process, readProcesses } from '../../../../../daemon/engines/local/processes/table.ts';
import { RunFolder, runFolderName } from '../../../../../daemon/engines/local/supervising/runFolder.ts';
import { AttemptLogs } from '../../../../../daemon/logs/files.ts';
import { waitForGrowth } from '../../../../../daemon/logs/reader.ts';
import type { Command, LeftoverProcess } from '../../../../../shared/job.ts';
import { supervisorFile } from './builtSupervisor.ts';

export const supervisors: SupervisorKind[] = ['sh', 'node'];

export type Report =
  | ({ kind: 'started'; ref: AttemptRef } & StartFacts)
  | { kind: 'ended'; ref: AttemptRef; outcome: AttemptOutcome }
  | { kind: 'neverStarted'; ref: AttemptRef }
  | { kind: 'leftovers'; ref: AttemptRef; processes: LeftoverProcess[] }
  | { kind: 'stuck'; ref: AttemptRef; processes: StuckProcess[] };

/** Collects reports, and lets tests wait for them. */
export class Reported implements EngineReports {
  readonly all: Report[] = [];
  /** How many of the next reports of an end are rejected, as if the disk were full. */
  refusals = 0;
  readonly #waiting = new Set<() => void>();

  async started(ref: AttemptRef, facts: StartFacts): Promise<void> {
    this.#add({ kind: 'started', ref, ...facts });
  }

  async ended(ref: AttemptRef, outcome: AttemptOutcome): Promise<void> {
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new Error('no space left on device');
    }
    this.#add({ kind: 'ended', ref, outcome });
  }

  async neverStarted(ref: AttemptRef): Promise<void> {
    this.#add({ kind: 'neverStarted', ref });
  }

  async leftovers(ref: AttemptRef, processes: LeftoverProcess[]): Promise<void> {
    this.#add({ kind: 'leftovers', ref, processes });
  }

  async stuck(ref: AttemptRef, processes: StuckProcess[]): Promise<void> {
    this.#add({ kind: 'stuck', ref, processes });
  }

  of(ref: AttemptRef): Report[] {
    return this.all.filter((report) => runFolderName(report.ref) === runFolderName(ref));
  }

  /** Waits for the first report of this kind on a launch, and that fulfils `condition`. */
  async next<K extends Report['kind']>(
    kind: K,
    ref: AttemptRef,
    condition: (report: Extract<Report, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<Report, { kind: K }>> {
    for (;;) {
      const isOfKind = (report: Report): report is Extract<Report, { kind: K }> => report.kind === kind;
      const found = this.of(ref).filter(isOfKind).find(condition);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async outcome(ref: AttemptRef): Promise<AttemptOutcome> {
    return (await this.next('ended', ref)).outcome;
  }

  async pid(ref: AttemptRef): Promise<number> {
    const { pid } = await this.next('started', ref);
    if (pid === null) throw new Error('The attempt was started without a pid.');
    return pid;
  }

  #add(report: Report): void {
    this.all.push(report);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** A temporary home with engines. `dispose` closes them, kills the remaining processes and deletes the folder. */
export class Bench {
  readonly home = mkdtempSync(join(tmpdir(), 'jobdeck-local-'));
  readonly runDir = join(this.home, 'run');
  readonly logs = new AttemptLogs(join(this.home, 'logs'));
  readonly problems: { error: unknown; about: string }[] = [];
  readonly #engines: LocalEngine[] = [];
  readonly #reported: Reported[] = [];
  #jobs = 0;
  #listener = () => {};

  /** Calls back at each problem from now on. */
  onProblem(listener: () => void): void {
    this.#listener = listener;
  }

  /** Creates another engine on the same folders, as the next daemon would, and recovers the attempts in `left`. */
  async engine(
    kind: SupervisorKind,
    left: UnfinishedAttempt[] = [],
    deps: Partial<LocalEngineDeps> = {},
  ): Promise<{ engine: LocalEngine; reported: Reported }> {
    const reported = new Reported();
    const engine = new LocalEngine({
      runDir: this.runDir,
      logs: this.logs,
      reports: reported,
      clock: systemClock,
      graceMs: 10_000,
      cgroups: null,
      supervisor: kind,
      supervisorFile,
      onProblem: (error, about) => {
        this.problems.push({ error, about });
        this.#listener();
      },
      ...deps,
    });
    this.#engines.push(engine);
    this.#reported.push(reported);
    await engine.recover(left);
    return { engine, reported };
  }

  launch(command: Command | string[], rest: Partial<Launch> = {}): Launch {
    this.#jobs += 1;
    return {
      jobId: `job${this.#jobs}`,
      attempt: 1,
      launch: 1,
      command: Array.isArray(command) ? { argv: command } : command,
      cwd: this.home,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
      outputProgress: null,
      ...rest,
    };
  }

  folder(ref: AttemptRef): RunFolder {
    return new RunFolder(this.runDir, runFolderName(ref));
  }

  /** Resolves when an attempt's output contains a text. */
  async prints(ref: AttemptRef, text: string): Promise<void> {
    const path = this.logs.path(ref.jobId, ref.attempt);
    for (let size = 0; ; ) {
      await waitForGrowth(path, size, { timeoutMs: 60_000 });
      const log = readFileSync(path);
      if (log.includes(text)) return;
      size = log.length;
    }
  }

  log(ref: AttemptRef): string {
    return readFileSync(this.logs.path(ref.jobId, ref.attempt), 'utf8');
  }

  async dispose(): Promise<void> {
    for (const engine of this.#engines) await engine.close();
    for (const report of this.#reported.flatMap((reported) => reported.all)) {
      if (report.kind === 'started' && report.pid !== null) killGroup(report.pid);
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves when the folder's contents satisfy `condition`. */
export async function waitForFolder(folder: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  let changed = () => {};
  const watcher = watch(folder, () => changed());
  try {
    for (;;) {
      const change = new Promise<void>((resolve) => {
        changed = resolve;
      });
      if (await condition()) return;
      await change;
    }
  } finally {
    watcher.close();
  }
}

/** The living members of a process group. */
export async function groupMembers(group: number): Promise<Process[]> {
  return (await readProcesses()).filter((one) => one.group === group);
}

/** Resolves when a process group has no living members. There is no event for that, so it polls. */
export async function waitForGroupEnd(group: number): Promise<void> {
  while ((await groupMembers(group)).length > 0) await setTimeout(10);
}

/** Kills what is left of a process group that a test started. */
export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
