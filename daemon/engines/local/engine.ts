/** Runs jobs on this machine. What it promises, and why it is done this way: docs/ARCHITECTURE.md, "Local jobs". */
import { closeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Resources } from '../../../shared/job.ts';
import type { Clock } from '../../clock.ts';
import type { AttemptLogs } from '../../logs/files.ts';
import { logTail } from '../../logs/tail.ts';
import { OutputProgressWatch } from '../../progress/outputProgress.ts';
import type {
  AttemptRef,
  Ending,
  Engine,
  EngineReports,
  InputSent,
  Launch,
  ProgressReports,
  UnfinishedAttempt,
} from '../engine.ts';
import { isErrno } from './errno.ts';
import { type LaunchNeeds, type Supervisor, startSupervisor } from './launching/launch.ts';
import { Delivery } from './outcome/delivery.ts';
import { endingByCancel, endingWithoutStart, whyNotStarted } from './outcome/outcome.ts';
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
import { type End, endingOf, processesOf, refOf, type Tracked, track } from './tracked.ts';

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

/** Of the output, for an error: enough to see why, and little enough to travel with the job. */
const tail = { lines: 15, bytes: 4096 };
/** In which the cause of a failure is looked for. */
const output = { lines: 150, bytes: 32_768 };

export class LocalEngine implements Engine {
  readonly name = 'local';
  /** Windows has no FIFOs. */
  readonly input?: Engine['input'];
  readonly #deps: LocalEngineDeps;
  readonly #delivery: Delivery;
  readonly #watch: FolderWatch;
  readonly #resources: ResourceWatch;
  readonly #output: OutputProgressWatch | null;
  readonly #boot: BootRecord;
  readonly #tracked = new Map<string, Tracked>();
  readonly #closing = new AbortController();
  #leftovers: AttemptRef[] = [];

  constructor(deps: LocalEngineDeps) {
    this.#deps = deps;
    this.#delivery = new Delivery(deps.clock, deps.onProblem);
    this.#watch = new FolderWatch(deps.clock);
    this.#resources = new ResourceWatch(deps);
    if (process.platform !== 'win32') this.input = (ref, text, end) => this.#sendInput(ref, text, end);
    this.#output = deps.progress ? new OutputProgressWatch({ ...deps, reports: deps.progress }) : null;
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
    await this.#guard(`revoking job ${ref.jobId}`, () => job.folder.revoke());
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
    await this.#guard(`revoking job ${ref.jobId}`, () => job.folder.revoke());
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
    await this.#guard('recording the boot', () => this.#boot.renew());
    await this.#guard('removing old run folders', async () => {
      this.#leftovers = await sweep(this.#deps.runDir, (name) => this.#tracked.has(name));
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watch.close();
    this.#resources.close();
    this.#output?.close();
    this.#delivery.close();
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
      await this.#guard(`closing the log of job ${jobId}`, async () => closeSync(log));
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
      if ((await this.#read(job.folder.pid())) !== null) await this.#announce(job, startedAt);
    });
    void supervisor.ended.then((code) => this.#supervisorEnded(job, code));
    if (job.cancelRequested) void this.#stop(job);
  }

  #watchOutput({ launch }: Tracked): void {
    this.#output?.add(launch, this.#deps.logs.path(launch.jobId, launch.attempt), launch.outputProgress);
  }

  async #announce(job: Tracked, startedAt: number, paused: boolean | null = false): Promise<void> {
    await this.#delivery.send({
      about: `reporting the start of job ${job.launch.jobId}`,
      report: () => this.#deps.reports.started(refOf(job), { pid: job.pid, startedAt, paused }),
      wanted: () => job.phase !== 'settled',
    });
  }

  /** Its exit code stands in for what it could not write, as when the disk or the folder failed it. */
  async #supervisorEnded(job: Tracked, code: number | null): Promise<void> {
    if (this.#closed) return;
    const at = this.#deps.clock.now();
    const outcome = await this.#read(job.folder.outcome());
    if (outcome?.kind === 'status') await this.#settle(job, { ...outcome, at });
    else if (outcome?.kind === 'revoked') await this.#settle(job, outcome);
    else if (code === null) await this.#settle(job, { kind: 'lost' });
    else if ((await this.#read(job.folder.pid())) !== null)
      await this.#settle(job, { kind: 'status', status: code, at });
    else await this.#reportNotStarted(job, new Error(`its supervisor ended with exit code ${code}`));
  }

  async #recoverOne(attempt: UnfinishedAttempt, machineRestarted: boolean): Promise<void> {
    const { status, cancelRequested, ...launch } = attempt;
    const job = this.#track(launch);
    Object.assign(job, { cancelRequested, machineRestarted });
    await this.#delivery.send({
      about: `finding out what became of job ${launch.jobId}`,
      report: () => this.#takeUp(job, status),
    });
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
    const paused = await this.#read(isSuspended(finding.pid));
    job.announced = this.#announce(job, finding.startedAt ?? this.#deps.clock.now(), paused);
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
    await this.#guard(`looking after job ${job.launch.jobId}`, async () => {
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
    return pid === null || (await this.#read(groupMembers(pid)))?.length === 0;
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
    const stopped = leftovers && !isAlone ? await this.#read(leftovers.over) : 'none';
    await job.announced;
    if (this.#closed) return;
    job.phase = 'settled';
    const now = this.#deps.clock.now();
    if (end.kind !== 'revoked') {
      const facts = {
        ...{ killed: stopped === 'killed', now },
        readTail: () => this.#readTail(job),
        readOutput: () => this.#readTail(job, output),
      };
      await this.#reportEnding(job, await endingOf(job, end, facts));
    } else if (job.cancelRequested) await this.#reportEnding(job, endingByCancel(now, false));
    else await this.#report(job, () => this.#deps.reports.neverStarted(refOf(job)));
  }

  async #reportNotStarted(job: Tracked, error: unknown): Promise<void> {
    if (job.phase !== 'active' || this.#closed) return;
    job.phase = 'settled';
    const { cwd } = job.launch;
    const mayBeFolder = isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES');
    const why = whyNotStarted(error, cwd, mayBeFolder && !(await isFolder(cwd)));
    const details = await this.#readTail(job);
    await this.#reportEnding(job, endingWithoutStart(this.#deps.clock.now(), { ...why, details }));
  }

  async #reportEnding(job: Tracked, ending: Ending): Promise<void> {
    await this.#output?.finish(refOf(job), ending.exitCode === 0);
    const peakMemoryBytes = job.pid === null ? null : this.#resources.remove(job.pid);
    return this.#report(job, () => this.#deps.reports.ended(refOf(job), { ...ending, peakMemoryBytes }));
  }

  async #report(job: Tracked, report: () => Promise<void>): Promise<void> {
    if (job.pid !== null) this.#resources.remove(job.pid);
    this.#output?.remove(refOf(job));
    const about = `reporting what became of job ${job.launch.jobId}`;
    await this.#delivery.send({ about, report, afterwards: () => this.#forget(job) });
  }

  /** Once its end is committed, nothing needs its folder any more. */
  async #forget(job: Tracked): Promise<void> {
    await this.#guard(`removing ${job.folder.path}`, () => job.folder.remove());
    this.#tracked.delete(runFolderName(job.launch));
    job.forget();
  }

  #readTail(job: Tracked, limits = tail): Promise<string | null> {
    const { jobId, attempt } = job.launch;
    return this.#read(logTail(this.#deps.logs.path(jobId, attempt), limits));
  }

  /** What was read, or null when it could not be: a file that fails must not keep an ending back. */
  async #read<T>(reading: Promise<T>): Promise<T | null> {
    try {
      return await reading;
    } catch (error) {
      this.#deps.onProblem(error, 'looking after jobs');
      return null;
    }
  }

  async #guard(about: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#deps.onProblem(error, about);
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
