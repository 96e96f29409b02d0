/** Follows adopted attempts. Their supervisors are not children of this daemon, so it has to look whether they are running. */
import type { Clock } from '../../../clock.ts';
import type { ErrorGuard } from '../errorGuard.ts';
import { proofOf } from '../processes/launchProof.ts';
import { isRunning, startTime } from '../processes/process.ts';
import type { JobProcesses, Processes } from '../processes/processes.ts';
import { isSuspended } from '../processes/suspend.ts';
import type { Outcome } from '../supervising/runFolder.ts';
import type { Tracked } from '../tracked.ts';
import { type CheckReason, FolderWatch } from './folderWatch.ts';
import { inPieces } from './recovery.ts';

export interface AdoptedDeps {
  clock: Clock;
  guard: ErrorGuard;
  processes: Pick<Processes, 'look'>;
  /** @throws Error if the run folders were moved, so that missing files say nothing */
  verifyRunDir(): void;
  /** Aborted when the daemon stops. */
  signal: AbortSignal;
  /** The attempt has ended. */
  settle(job: Tracked, end: Outcome | { kind: 'lost' }): Promise<void>;
  /** The launch belongs to another home. Without its processes, nothing of it is ever signalled. */
  disown(job: Tracked, processes: JobProcesses): void;
  /** An attempt is paused, or is not, contrary to what is recorded. */
  reportPaused(job: Tracked, paused: boolean): Promise<void>;
}

export class Adopted {
  readonly #deps: AdoptedDeps;
  readonly #watch: FolderWatch;
  #added: Tracked[] = [];

  constructor(deps: AdoptedDeps) {
    this.#deps = deps;
    this.#watch = new FolderWatch(deps.clock);
  }

  /** Adds an attempt, which `follow` will follow. */
  add(job: Tracked): void {
    this.#added.push(job);
  }

  /**
   * Begins to watch the attempts that were added, and checks them. The daemon answers requests between pieces of this
   * work: it takes longer than finding the attempts did.
   */
  async follow(): Promise<void> {
    const jobs = this.#added;
    this.#added = [];
    await inPieces(jobs, async (job) => {
      if (!this.#isActive(job)) return;
      this.#watch.add(job.folder.path, (reason) => void this.check(job, reason));
      await this.check(job, 'thorough');
    });
    // One look answers for all of them.
    await Promise.all(jobs.map((job) => this.#checkPaused(job)));
  }

  /** Checks whether a job has ended. */
  async check(job: Tracked, reason: CheckReason): Promise<void> {
    const { processes } = job;
    if (!this.#isActive(job) || processes === null) return;
    const { guard, settle, disown } = this.#deps;
    const { folder } = job;
    const pid = processes.supervisor;
    const stillRuns = () => job.started !== null && isRunning(pid, job.started);
    // The supervisor ends when it has written the status.
    if (reason === 'due' && stillRuns()) return;
    // If this fails, for example because too many files are open, the next check is a second later.
    await guard.run(`checking job ${job.launch.jobId}`, async () => {
      const outcome = await folder.outcome();
      if (outcome) return settle(job, outcome);
      if (reason === 'changed' && stillRuns()) return;
      const started = startTime(pid);
      const proof = await proofOf(pid, folder.path);
      if (proof === 'ours') {
        job.started = started;
        return;
      }
      if (proof === 'copied') disown(job, processes);
      // It may have ended since the first read.
      const end = (await folder.outcome()) ?? { kind: 'lost' as const };
      if (end.kind === 'lost') this.#deps.verifyRunDir();
      await settle(job, end);
    });
  }

  remove(job: Tracked): void {
    this.#watch.remove(job.folder.path);
  }

  close(): void {
    this.#watch.close();
  }

  /** The last daemon may have exited after it had paused or resumed a job, but before it had recorded that. */
  async #checkPaused(job: Tracked): Promise<void> {
    const { processes } = job;
    if (!this.#isActive(job) || processes === null || job.recordedPaused === null) return;
    const members = (await this.#deps.guard.orNull(this.#deps.processes.look(processes))) ?? [];
    const paused = isSuspended(members, processes.supervisor);
    // It may have been paused or resumed since.
    const { recordedPaused } = job;
    if (!this.#isActive(job) || paused === null || recordedPaused === null || paused === recordedPaused) return;
    await this.#deps.reportPaused(job, paused);
  }

  #isActive(job: Tracked): boolean {
    return job.phase === 'active' && !this.#deps.signal.aborted;
  }
}
