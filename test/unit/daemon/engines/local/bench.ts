/** What the tests of the local engine share: an engine on a folder of its own, and reports that can be waited for. */
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
  UnfinishedAttempt,
} from '../../../../../daemon/engines/engine.ts';
import { LocalEngine, type LocalEngineDeps } from '../../../../../daemon/engines/local/engine.ts';
import type { SupervisorKind } from '../../../../../daemon/engines/local/launching/launch.ts';
import { groupMembers } from '../../../../../daemon/engines/local/processes/process.ts';
import { RunFolder, runFolderName } from '../../../../../daemon/engines/local/supervising/runFolder.ts';
import { AttemptLogs } from '../../../../../daemon/logs/files.ts';
import { waitForGrowth } from '../../../../../daemon/logs/reader.ts';
import type { Command } from '../../../../../shared/job.ts';

export const supervisors: SupervisorKind[] = ['sh', 'node'];

export type Report =
  | ({ kind: 'started'; ref: AttemptRef } & StartFacts)
  | { kind: 'ended'; ref: AttemptRef; outcome: AttemptOutcome }
  | { kind: 'neverStarted'; ref: AttemptRef };

/** Collects reports and hands them to whoever waits for them. */
export class Reported implements EngineReports {
  readonly all: Report[] = [];
  /** Refuses the next reports of an outcome, as a full disk would. */
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

  of(ref: AttemptRef): Report[] {
    return this.all.filter((report) => runFolderName(report.ref) === runFolderName(ref));
  }

  /** The first report of this kind on a launch, now or later. */
  async next<K extends Report['kind']>(kind: K, ref: AttemptRef): Promise<Extract<Report, { kind: K }>> {
    for (;;) {
      const found = this.of(ref).find((report): report is Extract<Report, { kind: K }> => report.kind === kind);
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

/** A home with engines in it. `dispose` closes them, ends what still runs and deletes it all. */
export class Bench {
  readonly home = mkdtempSync(join(tmpdir(), 'jobdeck-local-'));
  readonly runDir = join(this.home, 'run');
  readonly logs = new AttemptLogs(join(this.home, 'logs'));
  readonly problems: { error: unknown; about: string }[] = [];
  readonly #engines: LocalEngine[] = [];
  readonly #reported: Reported[] = [];
  #jobs = 0;

  /** Another engine on the same folders, as the next daemon has it, recovered with the attempts `left` to it. */
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
      supervisor: kind,
      supervisorFile: join(import.meta.dirname, '../../../../../daemon/engines/local/supervising/supervisor.ts'),
      onProblem: (error, about) => this.problems.push({ error, about }),
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

  /** Resolves when an attempt's output holds a text. */
  async says(ref: AttemptRef, text: string): Promise<void> {
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
      if (report.kind === 'started' && report.pid !== null) endGroup(report.pid);
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves when the folder is seen in a state that satisfies `condition`. */
export async function folderShows(folder: string, condition: () => boolean | Promise<boolean>): Promise<void> {
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

/** Resolves when a process group has no living member. There is no event for that, so it asks again and again. */
export async function groupEnds(group: number): Promise<void> {
  while ((await groupMembers(group)).length > 0) await setTimeout(10);
}

/** Ends a process group a test has started, if there is anything left of it. */
export function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
