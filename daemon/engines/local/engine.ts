/** Runs jobs on this machine. What it promises, and why it is done this way: docs/design/local.md. */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { Resources } from '../../../shared/job.ts';
import { localProblem } from '../../../shared/messages/localJobs.ts';
import type { Clock } from '../../clock.ts';
import type { AttemptLogs } from '../../logs/files.ts';
import { OutputProgressWatch } from '../../progress/outputProgress.ts';
import type {
  AttemptRef,
  Engine,
  EngineReports,
  InputSent,
  Launch,
  ProgressReports,
  UnfinishedAttempt,
} from '../engine.ts';
import { ErrorGuard } from './errorGuard.ts';
import { type LaunchNeeds, type Supervisor, startSupervisor } from './launching/launch.ts';
import type { End } from './outcome/attemptOutcome.ts';
import { Reporter } from './outcome/reporter.ts';
import { killProcesses, type Stopping, stopProcesses } from './processes/kill.ts';
import { groupMembers, isOurs, isThere } from './processes/process.ts';
import { isSuspended, suspend } from './processes/suspend.ts';
import { BootRecord, bootId } from './recovery/boot.ts';
import { untilEarlierAreGone } from './recovery/earlierAttempts.ts';
import { FolderWatch } from './recovery/folderWatch.ts';
import { findOut } from './recovery/recovery.ts';
import { killUnfollowed, leaveUnfollowed, sweep } from './recovery/sweep.ts';
import { ResourceWatch } from './resources/resourceWatch.ts';
import { sendInput } from './supervising/input.ts';
import { RunFolder, runFolderName } from './supervising/runFolder.ts';
import { processesOf, type Tracked, track } from './tracked.ts';

export interface LocalEngineDeps extends LaunchNeeds {
  /** Holds one folder for each launch whose ending is not committed. */
  runDir: string;
  logs: AttemptLogs;
  reports: EngineReports;
  /** For what the output says of progress; without it nobody looks. */
  progress?: ProgressReports;
  clock: Clock;
  /** Time between SIGTERM and SIGKILL. */
  graceMs: number;
  /** For `daemon.log`: what went wrong beside the jobs themselves. */
  onProblem(error: unknown, about: string): void;
}

export class LocalEngine implements Engine {
  readonly name = 'local';
  /** Windows has no FIFOs. */
  readonly input?: Engine['input'];
  readonly #deps: LocalEngineDeps;
  readonly #guard: ErrorGuard;
  readonly #reporter: Reporter;
  readonly #watch: FolderWatch;
  readonly #resources: ResourceWatch;
  readonly #output: OutputProgressWatch | null;
  readonly #boot: BootRecord;
  readonly #tracked = new Map<string, Tracked>();
  readonly #closing = new AbortController();
  #leftovers: AttemptRef[] = [];

  constructor(deps: LocalEngineDeps) {
    this.#deps = deps;
    this.#guard = new ErrorGuard(deps.onProblem);
    this.#watch = new FolderWatch(deps.clock);
    this.#resources = new ResourceWatch(deps);
    if (process.platform !== 'win32') this.input = (ref, text, end) => this.#sendInput(ref, text, end);
    this.#output = deps.progress ? new OutputProgressWatch({ ...deps, reports: deps.progress }) : null;
    this.#reporter = new Reporter({
      ...deps,
      output: this.#output,
      resources: this.#resources,
      guard: this.#guard,
      forget: (job) => this.#forget(job),
    });
    this.#boot = new BootRecord(join(deps.runDir, 'boot'), bootId());
  }

  async start(launch: Launch): Promise<void> {
    if (this.#tracked.has(runFolderName(launch))) return;
    const job = this.#track(launch);
    try {
      await untilEarlierAreGone(launch, this.#tracked, { ...this.#waiting, runDir: this.#deps.runDir });
      if (!(await job.folder.create(launch.stdin))) {
        // This launch was made before, so its command may have run: never run it again.
        await this.#takeUp(job, 'running');
      } else await this.#launch(job);
    } catch (error) {
      await this.#reportNotStarted(job, error);
    }
  }

  async cancel(ref: AttemptRef): Promise<void> {
    const job = this.#tracked.get(runFolderName(ref));
    if (job?.phase !== 'active') return;
    job.cancelRequested = true;
    await this.#guard.run(`revoking job ${ref.jobId}`, () => job.folder.revoke());
    try {
      await this.#stop(job)?.asked;
    } catch (error) {
      job.cancelRequested = false;
      throw error;
    }
  }

  async kill(ref: AttemptRef): Promise<void> {
    const job = this.#tracked.get(runFolderName(ref));
    if (!job) return killUnfollowed(this.#deps.runDir, ref, this.#waiting);
    Object.assign(job, { cancelRequested: true, killRequested: true });
    await this.#guard.run(`revoking job ${ref.jobId}`, () => job.folder.revoke());
    // A cancel on its way is not waited for.
    job.stopping = null;
    await this.#stop(job)?.asked;
    await job.gone;
  }

  leftovers(): AttemptRef[] {
    return this.#leftovers;
  }

  leave(ref: AttemptRef): Promise<void> {
    return leaveUnfollowed(this.#deps.runDir, ref);
  }

  async suspend(ref: AttemptRef, paused: boolean): Promise<boolean> {
    const job = this.#tracked.get(runFolderName(ref));
    const processes = job?.phase === 'active' && !job.stopping ? processesOf(job) : null;
    return processes !== null && suspend(processes, paused);
  }

  async resources(ref: AttemptRef): Promise<Resources | null> {
    const job = this.#tracked.get(runFolderName(ref));
    return job?.phase === 'active' && job.pid !== null ? this.#resources.look(job.pid) : null;
  }

  async recover(attempts: UnfinishedAttempt[]): Promise<void> {
    const machineRestarted = await this.#boot.isStale();
    const left = attempts.filter((attempt) => !this.#tracked.has(runFolderName(attempt)));
    await Promise.all(left.map((attempt) => this.#recoverOne(attempt, machineRestarted)));
    await this.#guard.run('recording the boot', () => this.#boot.renew());
    await this.#guard.run('removing old run folders', async () => {
      this.#leftovers = await sweep(this.#deps.runDir, (name) => this.#tracked.has(name));
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watch.close();
    this.#resources.close();
    this.#output?.close();
    this.#reporter.close();
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #track(launch: Launch): Tracked {
    const name = runFolderName(launch);
    const job = track(launch, new RunFolder(this.#deps.runDir, name));
    this.#tracked.set(name, job);
    return job;
  }

  /** One after the other, so that what is sent together arrives together. */
  #sendInput(ref: AttemptRef, text: string, end: boolean): Promise<InputSent | null> {
    const job = this.#tracked.get(runFolderName(ref));
    if (job?.phase !== 'active' || job.pid === null) return Promise.resolve(null);
    const sending = job.inputSent.then(() => sendInput(job.folder.path, text, end, this.#waiting));
    job.inputSent = sending.catch(() => {});
    return sending;
  }

  get #waiting(): { clock: Clock; signal: AbortSignal } {
    return { clock: this.#deps.clock, signal: this.#closing.signal };
  }

  async #launch(job: Tracked): Promise<void> {
    // A cancel that came before there was a folder could not take away the permission to run.
    if (job.cancelRequested) return this.#settle(job, { kind: 'revoked' });
    const { logs } = this.#deps;
    const { jobId, attempt } = job.launch;
    const log = logs.open(jobId, attempt);
    try {
      if (this.#closed) return;
      this.#accompany(job, await startSupervisor(job.launch, job.folder, log, this.#deps));
    } finally {
      await this.#guard.run(`closing the log of job ${jobId}`, async () => closeSync(log));
    }
  }

  /** Follows a supervisor that is a child of this daemon. */
  #accompany(job: Tracked, supervisor: Supervisor): void {
    const startedAt = this.#deps.clock.now();
    job.pid = supervisor.pid;
    this.#resources.add(supervisor.pid);
    this.#watchOutput(job);
    job.announced = Promise.race([supervisor.ready, supervisor.ended]).then(async () => {
      // Without its pid on disk nothing has run, and nothing may be called running.
      if ((await this.#guard.orNull(job.folder.pid())) !== null) await this.#reporter.started(job, startedAt, false);
    });
    void supervisor.ended.then((code) => this.#supervisorEnded(job, code));
    if (job.cancelRequested) void this.#stop(job);
  }

  #watchOutput({ launch }: Tracked): void {
    this.#output?.add(launch, this.#deps.logs.path(launch.jobId, launch.attempt), launch.outputProgress);
  }

  /** Its exit code stands in for what it could not write, as when the disk or the folder failed it. */
  async #supervisorEnded(job: Tracked, code: number | null): Promise<void> {
    if (this.#closed) return;
    const at = this.#deps.clock.now();
    const outcome = await this.#guard.orNull(job.folder.outcome());
    if (outcome?.kind === 'status') await this.#settle(job, { ...outcome, at });
    else if (outcome?.kind === 'revoked') await this.#settle(job, outcome);
    else if (code === null) await this.#settle(job, { kind: 'lost' });
    else if ((await this.#guard.orNull(job.folder.pid())) !== null)
      await this.#settle(job, { kind: 'status', status: code, at });
    else await this.#reportNotStarted(job, localProblem('START_FAILED/supervisor', { exitCode: code }));
  }

  async #recoverOne(attempt: UnfinishedAttempt, machineRestarted: boolean): Promise<void> {
    const { status, cancelRequested, ...launch } = attempt;
    const job = this.#track(launch);
    Object.assign(job, { cancelRequested, machineRestarted });
    await this.#reporter.repeat(`recovering job ${launch.jobId}`, () => this.#takeUp(job, status));
  }

  /** Settles a launch that was made before, or adopts it. */
  async #takeUp(job: Tracked, status: UnfinishedAttempt['status']): Promise<void> {
    const finding = await findOut(job.folder, status, job.machineRestarted);
    if (finding.kind === 'neverStarted') return this.#settle(job, { kind: 'revoked' });
    if (finding.kind === 'lost') return this.#settle(job, finding);
    job.pid = finding.pid;
    if (finding.kind === 'ended') {
      const settled = this.#settle(job, { kind: 'status', status: finding.status, at: finding.at });
      // What a cancel left of it may take its time to stop; the daemon need not wait for it.
      return job.cancelRequested ? undefined : settled;
    }
    const paused = await this.#guard.orNull(isSuspended(finding.pid));
    job.announced = this.#reporter.started(job, finding.startedAt ?? this.#deps.clock.now(), paused);
    this.#resources.add(finding.pid);
    this.#watchOutput(job);
    this.#watch.add(job.folder.path, (thorough) => void this.#look(job, thorough));
    if (job.cancelRequested) void this.#stop(job);
    void this.#look(job, true);
  }

  /** Looks whether an adopted job has ended. */
  async #look(job: Tracked, thorough: boolean): Promise<void> {
    if (job.phase !== 'active' || job.pid === null || this.#closed) return;
    const { folder, pid } = job;
    // What can't be told now, as when too many files are open, is looked at again in a second.
    await this.#guard.run(`looking after job ${job.launch.jobId}`, async () => {
      const outcome = await folder.outcome();
      if (outcome) return this.#settle(job, outcome);
      const isCheap = process.platform === 'linux';
      if (thorough || isCheap ? await isOurs(pid, folder.path) : isThere(pid)) return;
      // It may have ended between the two looks.
      await this.#settle(job, (await folder.outcome()) ?? { kind: 'lost' });
    });
  }

  /** Whether no process of a launch is left. */
  async #isAlone({ pid }: Tracked): Promise<boolean> {
    return pid === null || (await this.#guard.orNull(groupMembers(pid)))?.length === 0;
  }

  /** Begins to stop a launch's processes; null when it has none. */
  #stop(job: Tracked): Stopping | null {
    const processes = processesOf(job);
    if (processes === null || job.stopping) return job.stopping;
    const { graceMs, onProblem } = this.#deps;
    const stopping = job.killRequested
      ? killProcesses(processes, this.#waiting)
      : stopProcesses(processes, { ...this.#waiting, graceMs });
    job.stopping = stopping;
    // When it can't even be asked it is never over, and that is reported.
    stopping.asked.catch(() => {});
    stopping.over.then(
      () => this.#look(job, true),
      (error) => {
        if (job.stopping === stopping) job.stopping = null;
        onProblem(error, `stopping job ${job.launch.jobId}`);
      },
    );
    return stopping;
  }

  /**
   * Reports how a launch ended, once. After a cancel, and when the supervisor was killed, only when nothing of it runs
   * any more, so that no later attempt finds an earlier one in its way.
   */
  async #settle(job: Tracked, end: End | { kind: 'revoked' }): Promise<void> {
    if (job.phase !== 'active' || this.#closed) return;
    job.phase = 'ending';
    this.#watch.remove(job.folder.path);
    const leftovers = end.kind === 'lost' || job.cancelRequested ? this.#stop(job) : null;
    const isAlone = end.kind !== 'lost' && (await this.#isAlone(job));
    const stopped = leftovers && !isAlone ? await this.#guard.orNull(leftovers.over) : 'none';
    await job.announced;
    if (this.#closed) return;
    job.phase = 'settled';
    if (end.kind === 'revoked') await this.#reporter.neverStarted(job);
    else await this.#reporter.ended(job, end, stopped === 'killed');
  }

  async #reportNotStarted(job: Tracked, error: unknown): Promise<void> {
    if (job.phase !== 'active' || this.#closed) return;
    job.phase = 'settled';
    await this.#reporter.notStarted(job, error);
  }

  /** Once its end is committed, nothing needs its folder any more. */
  async #forget(job: Tracked): Promise<void> {
    await this.#guard.run(`removing ${job.folder.path}`, () => job.folder.remove());
    this.#tracked.delete(runFolderName(job.launch));
    job.forget();
  }
}
