/** Runs jobs on this machine. For its guarantees and design, see docs/design/local.md. */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { CancelSignal, Resources } from '../../../shared/job.ts';
import { localProblem } from '../../../shared/messages/localJobs.ts';
import type { Clock } from '../../clock.ts';
import { OutputProgressWatch } from '../../progress/outputProgress.ts';
import type { AttemptRef, Engine, FoundLaunch, InputSent, Launch, UnfinishedAttempt } from '../engine.ts';
import type { LocalEngineDeps } from './engineDeps.ts';
import { ErrorGuard } from './errorGuard.ts';
import { type Supervisor, startSupervisor } from './launching/launch.ts';
import type { End } from './outcome/attemptOutcome.ts';
import { Leftovers } from './outcome/leftovers.ts';
import { Reporter } from './outcome/reporter.ts';
import { assignedCgroup, Cgroups } from './processes/cgroups.ts';
import { type JobProcesses, Processes } from './processes/processes.ts';
import { type KillOptions, killProcesses, type Stopping, signalProcesses, stopProcesses } from './processes/stop.ts';
import { suspend } from './processes/suspend.ts';
import { Adopted } from './recovery/adopted.ts';
import { BootRecord } from './recovery/boot.ts';
import { waitForEarlierAttempts } from './recovery/earlierAttempts.ts';
import { foundLaunches } from './recovery/foundLaunches.ts';
import { inPieces, inspectLaunch } from './recovery/recovery.ts';
import { ResourceWatch } from './resources/resourceWatch.ts';
import { sendInput } from './supervising/input.ts';
import { RunDir } from './supervising/runDir.ts';
import { RunFolder, runFolderName } from './supervising/runFolder.ts';
import { type Absence, processesOf, refOf, type Tracked, track } from './tracked.ts';

export class LocalEngine implements Engine {
  readonly name = 'local';
  /** Windows has no FIFOs. */
  readonly input?: Engine['input'];
  readonly #deps: LocalEngineDeps;
  readonly #guard: ErrorGuard;
  readonly #reporter: Reporter;
  readonly #adopted: Adopted;
  readonly #resources: ResourceWatch;
  readonly #output: OutputProgressWatch | null;
  readonly #boot: BootRecord;
  readonly #runDir: RunDir;
  readonly #processes: Processes;
  readonly #cgroups: Cgroups | null;
  readonly #ended: Leftovers;
  readonly #tracked = new Map<string, Tracked>();
  readonly #closing = new AbortController();
  #leftovers: AttemptRef[] = [];

  constructor(deps: LocalEngineDeps) {
    this.#deps = deps;
    this.#guard = new ErrorGuard(deps.onProblem);
    this.#runDir = new RunDir(deps.runDir);
    this.#processes = new Processes(deps);
    this.#cgroups = deps.cgroups === undefined ? Cgroups.open() : deps.cgroups;
    this.#resources = new ResourceWatch({ ...deps, look: (job) => this.#processes.look(job) });
    this.#ended = new Leftovers({
      ...deps,
      processes: this.#processes,
      cgroups: this.#cgroups,
      guard: this.#guard,
      signal: this.#closing.signal,
      onStuck: (ref, stuck) => void this.#reporter.stuck(ref, stuck),
    });
    if (process.platform !== 'win32') this.input = (ref, text, end) => this.#sendInput(ref, text, end);
    this.#output = deps.progress ? new OutputProgressWatch({ ...deps, reports: deps.progress }) : null;
    this.#reporter = new Reporter({
      ...deps,
      output: this.#output,
      resources: this.#resources,
      guard: this.#guard,
      forget: (job) => this.#forget(job),
    });
    this.#adopted = new Adopted({
      clock: deps.clock,
      guard: this.#guard,
      processes: this.#processes,
      verifyRunDir: () => this.#runDir.verify(),
      signal: this.#closing.signal,
      settle: (job, end) => this.#settle(job, end),
      disown: (job, processes) => this.#disown(job, processes),
      reportPaused: (job, paused) => this.#reporter.started(job, deps.clock.now(), paused),
    });
    this.#boot = new BootRecord(join(deps.runDir, 'boot'));
  }

  async start(launch: Launch): Promise<void> {
    if (this.#tracked.has(runFolderName(launch))) return;
    const job = this.#track(launch);
    await this.#reporter.repeat(`starting job ${launch.jobId}`, async () => {
      try {
        this.#runDir.verify();
        await this.#begin(job);
      } catch (error) {
        // The job has not failed if the home was moved: the daemon that uses it next launches the job.
        if (this.#runDir.wasMoved) throw error;
        await this.#reportNotStarted(job, error);
      }
    });
  }

  async cancel(ref: AttemptRef, signal: CancelSignal | null = null, kill = signal === null): Promise<void> {
    const job = this.#tracked.get(runFolderName(ref));
    if (job?.phase !== 'active') return;
    // Before there are processes, and on Windows, nothing can be sent a signal.
    const only = job.stopping !== null || (!kill && signal !== 'SIGKILL');
    if (only && signal !== null && job.processes !== null && process.platform !== 'win32') {
      job.sentSignals.add(signal);
      await signalProcesses(job.processes, signal, this.#killOptions(ref));
      return;
    }
    Object.assign(job, { cancelRequested: true, stopSignal: signal ?? job.stopSignal });
    await this.#prepareStop(job);
    try {
      await this.#stop(job)?.requested;
    } catch (error) {
      job.cancelRequested = false;
      await this.#guard.run(`withdrawing the cancel of job ${ref.jobId}`, () => job.folder.withdrawStop());
      throw error;
    }
  }

  async kill(ref: AttemptRef): Promise<void> {
    const job = this.#tracked.get(runFolderName(ref));
    if (!job) return this.#ended.kill(ref);
    Object.assign(job, { cancelRequested: true, killRequested: true });
    await this.#prepareStop(job);
    // Don't wait for the grace period of an earlier cancel.
    job.stopping = null;
    await this.#stop(job)?.requested;
    await job.gone;
  }

  found(): Promise<FoundLaunch[]> {
    return foundLaunches(this.#deps.runDir);
  }

  leftovers(): AttemptRef[] {
    return this.#leftovers;
  }

  leave(ref: AttemptRef): Promise<void> {
    return this.#ended.leave(ref);
  }

  async suspend(ref: AttemptRef, paused: boolean): Promise<boolean> {
    const job = this.#tracked.get(runFolderName(ref));
    if (job?.phase !== 'active' || job.stopping || job.processes === null) return false;
    job.recordedPaused = null;
    return suspend(job.processes, paused, this.#processes);
  }

  async resources(ref: AttemptRef): Promise<Resources | null> {
    const job = this.#tracked.get(runFolderName(ref));
    return job?.phase === 'active' && job.processes !== null ? this.#resources.measure(job.processes) : null;
  }

  async recover(attempts: UnfinishedAttempt[], onFound = () => {}): Promise<void> {
    let known: Absence | null = null;
    const absence = () => (known ??= this.#absence());
    const untracked = attempts.filter((attempt) => !this.#tracked.has(runFolderName(attempt)));
    await inPieces(untracked, (attempt) => this.#recoverOne(attempt, absence).then(onFound));
    await this.#guard.run('recording the boot', async () => {
      this.#runDir.verify();
      this.#boot.renew();
    });
    await this.#guard.run('removing old run folders', async () => {
      this.#leftovers = await this.#ended.sweep((name) => this.#tracked.has(name));
    });
    void this.#adopted.follow();
    const cgroups = new Set([...this.#tracked.values()].map(({ cgroup }) => cgroup));
    await this.#guard.run('removing old cgroups', async () => {
      this.#cgroups?.removeAbandoned((name) => cgroups.has(name));
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#adopted.close();
    this.#resources.close();
    this.#output?.close();
    this.#reporter.close();
    await this.#ended.close();
    this.#cgroups?.close();
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #begin(job: Tracked): Promise<void> {
    const { launch } = job;
    await waitForEarlierAttempts(launch, this.#tracked, {
      ...this.#waitOptions,
      runDir: this.#deps.runDir,
      mayRun: (name) => this.#ended.mayRun(name),
      kill: (ref) => this.#ended.kill(ref),
    });
    if (await job.folder.create(launch.stdin, launch.record)) return this.#launch(job);
    // The folder exists, so the command may have run already. It must not run again.
    await this.#adoptOrSettle(job, 'running');
    void this.#adopted.follow();
  }

  #track(launch: Launch): Tracked {
    const name = runFolderName(launch);
    const { runDir, logs } = this.#deps;
    const job = track(launch, new RunFolder(runDir, name), logs.path(launch.jobId, launch.attempt));
    this.#tracked.set(name, job);
    return job;
  }

  /** Sends one input at a time, so that the texts of concurrent calls are not mixed. */
  #sendInput(ref: AttemptRef, text: string, end: boolean): Promise<InputSent | null> {
    const job = this.#tracked.get(runFolderName(ref));
    if (job?.phase !== 'active' || job.processes === null) return Promise.resolve(null);
    const sending = job.inputSent.then(() => sendInput(job.folder.path, text, end, this.#waitOptions));
    job.inputSent = sending.catch(() => {});
    return sending;
  }

  get #waitOptions(): { clock: Clock; signal: AbortSignal } {
    return { clock: this.#deps.clock, signal: this.#closing.signal };
  }

  #killOptions(ref: AttemptRef): KillOptions {
    return {
      ...this.#waitOptions,
      processes: this.#processes,
      onStuck: (stuck) => void this.#reporter.stuck(ref, stuck),
    };
  }

  async #launch(job: Tracked): Promise<void> {
    // A cancel that arrived before the folder existed could not revoke the permission to run.
    if (job.cancelRequested) return this.#settle(job, { kind: 'revoked' });
    const { logs } = this.#deps;
    const { jobId, attempt } = job.launch;
    const log = logs.open(jobId, attempt);
    try {
      if (this.#closed) return;
      job.cgroup = this.#cgroups?.assign(job.folder.path) ?? null;
      this.#follow(job, await startSupervisor(job.launch, job.folder, log, this.#deps));
    } finally {
      await this.#guard.run(`closing the log of job ${jobId}`, async () => closeSync(log));
    }
  }

  /** Follows a supervisor that is a child of this daemon. */
  #follow(job: Tracked, supervisor: Supervisor): void {
    const startedAt = this.#deps.clock.now();
    job.processes = processesOf(job, supervisor.pid);
    this.#resources.add(job.processes);
    this.#watchOutput(job);
    job.startReported = Promise.race([supervisor.ready, supervisor.ended]).then(async () => {
      // The command has not run as long as there is no pid on disk, so the job must not be reported as running.
      if ((await this.#guard.orNull(job.folder.pid())) !== null)
        await this.#reporter.started(job, startedAt, false, supervisor.refused);
    });
    void supervisor.ended.then((code) => {
      const at = this.#deps.clock.now();
      const about = `reading how job ${job.launch.jobId} ended`;
      return this.#reporter.repeat(about, () => this.#supervisorEnded(job, code, at));
    });
    if (job.cancelRequested) void this.#stop(job);
  }

  #watchOutput({ launch }: Tracked): void {
    this.#output?.add(launch, this.#deps.logs.path(launch.jobId, launch.attempt), launch.outputProgress);
  }

  /** Falls back to the supervisor's exit code if it could not write the status, for example because of a disk error. */
  async #supervisorEnded(job: Tracked, code: number | null, at: number): Promise<void> {
    if (this.#closed) return;
    const outcome = await this.#guard.orNull(job.folder.outcome());
    if (outcome?.kind === 'status') await this.#settle(job, { ...outcome, at });
    else if (outcome?.kind === 'revoked') await this.#settle(job, outcome);
    else if (code === null) {
      this.#runDir.verify();
      await this.#settle(job, { kind: 'lost' });
    } else if ((await this.#guard.orNull(job.folder.pid())) !== null)
      await this.#settle(job, { kind: 'status', ...job.folder.shellStatus(code), at });
    else {
      this.#runDir.verify();
      await this.#reportNotStarted(job, localProblem('START_FAILED/supervisor', { exitCode: code }));
    }
  }

  /** Why an attempt of the last daemon would have no exit status. */
  #absence(): Absence {
    const { relation, host } = this.#boot.read();
    this.#runDir.verify();
    if (relation === 'elsewhere') return { kind: 'takenOver', host };
    return { kind: relation === 'gone' ? 'restarted' : 'killed' };
  }

  async #recoverOne(attempt: UnfinishedAttempt, absence: () => Absence): Promise<void> {
    const { status, cancelRequested, paused, ...launch } = attempt;
    const job = this.#track(launch);
    Object.assign(job, { cancelRequested, recordedPaused: paused });
    await this.#reporter.repeat(`recovering job ${launch.jobId}`, () => {
      job.absence = absence();
      return this.#adoptOrSettle(job, status);
    });
  }

  /** Settles an earlier launch if it has ended; otherwise adopts it. */
  async #adoptOrSettle(job: Tracked, status: UnfinishedAttempt['status']): Promise<void> {
    const finding = await inspectLaunch(job.folder, status, job.absence.kind !== 'killed');
    if (finding.kind === 'neverStarted' || finding.kind === 'lost') this.#runDir.verify();
    if (finding.kind === 'neverStarted') return this.#settle(job, { kind: 'revoked' });
    // The process IDs of another place mean nothing here.
    const isOutOfSight = finding.kind === 'supervised' && job.absence.kind === 'takenOver';
    if (finding.kind === 'lost' || isOutOfSight) return this.#settle(job, { kind: 'lost' });
    job.cgroup = assignedCgroup(job.folder.path);
    if (finding.kind === 'ended') {
      if (finding.pid !== null) job.processes = processesOf(job, finding.pid);
      const settled = this.#settle(job, { ...finding, kind: 'status' });
      // After a cancel, remaining processes may take a while to stop. The daemon's start doesn't wait for them.
      return job.cancelRequested ? undefined : settled;
    }
    const processes = processesOf(job, finding.pid);
    job.processes = processes;
    if (status === 'starting')
      job.startReported = this.#reporter.started(job, finding.startedAt ?? this.#deps.clock.now(), null);
    this.#resources.add(processes);
    this.#watchOutput(job);
    if (job.cancelRequested) void this.#stop(job);
    this.#adopted.add(job);
  }

  /** The launch belongs to another home. Without its processes, nothing of it is ever signalled. */
  #disown(job: Tracked, processes: JobProcesses): void {
    Object.assign(job, { absence: { kind: 'copied', pid: processes.supervisor }, processes: null });
    this.#resources.remove(processes);
  }

  async #prepareStop({ folder, launch }: Tracked): Promise<void> {
    await this.#guard.run(`recording the cancel of job ${launch.jobId}`, () => folder.recordStop());
    await this.#guard.run(`revoking job ${launch.jobId}`, () => folder.revoke());
  }

  /** Whether no process is left. The stop would notice that later. */
  async #hasNoProcesses({ processes }: Tracked): Promise<boolean> {
    return processes === null || (await this.#guard.orNull(this.#processes.look(processes)))?.length === 0;
  }

  /** Begins to stop the launch's processes. Null if it has none. */
  #stop(job: Tracked): Stopping | null {
    const { processes } = job;
    if (processes === null || job.stopping) return job.stopping;
    const { graceMs, onProblem } = this.#deps;
    const options = this.#killOptions(job.launch);
    const stopping = job.killRequested
      ? killProcesses(processes, options)
      : stopProcesses(processes, { ...options, first: job.stopSignal, graceMs });
    job.stopping = stopping;
    job.sentSignals.add(job.killRequested ? 'SIGKILL' : job.stopSignal);
    // If the request fails, `done` rejects with the same error, which is reported below.
    stopping.requested.catch(() => {});
    stopping.done.then(
      () => this.#adopted.check(job, 'thorough'),
      (error) => {
        if (job.stopping === stopping) job.stopping = null;
        onProblem(error, `stopping job ${job.launch.jobId}`);
      },
    );
    return stopping;
  }

  /**
   * Reports the end of a launch, once. After a cancel, and when the supervisor was killed, it first waits until all
   * processes have ended, so that a later attempt never runs at the same time as an earlier one.
   */
  async #settle(job: Tracked, end: End | { kind: 'revoked' }): Promise<void> {
    if (job.phase !== 'active' || this.#closed) return;
    job.phase = 'ended';
    this.#adopted.remove(job);
    const stopping = end.kind === 'lost' || job.cancelRequested ? this.#stop(job) : null;
    const isGone = stopping !== null && end.kind !== 'lost' && (await this.#hasNoProcesses(job));
    const stopped = stopping && !isGone ? await this.#guard.orNull(stopping.done) : null;
    await job.startReported;
    if (this.#closed) return;
    job.phase = 'settled';
    if (end.kind === 'revoked') await this.#reporter.neverStarted(job);
    else await this.#reporter.ended(job, end, stopped);
  }

  async #reportNotStarted(job: Tracked, error: unknown): Promise<void> {
    if (job.phase !== 'active' || this.#closed) return;
    job.phase = 'settled';
    await this.#reporter.notStarted(job, error);
  }

  /** Called when the end is committed. After a stop, no process is left. */
  async #forget(job: Tracked): Promise<void> {
    const launch = { ...job, ref: refOf(job) };
    if (job.stopping === null) await this.#ended.add(launch, true);
    else await this.#ended.release(launch);
    this.#tracked.delete(runFolderName(job.launch));
    job.forget();
  }
}
