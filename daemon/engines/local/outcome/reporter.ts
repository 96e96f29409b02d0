/** Reports the start and the end of launches to `jobs`, and repeats until they are committed. */
import { stat } from 'node:fs/promises';
import type { Message } from '../../../../shared/messages/schema.ts';
import type { Clock } from '../../../clock.ts';
import { userPaths } from '../../../files/userPaths.ts';
import type { AttemptLogs } from '../../../logs/files.ts';
import { logTail } from '../../../logs/tail.ts';
import type { OutputProgressWatch } from '../../../progress/outputProgress.ts';
import type { AttemptOutcome, AttemptRef, EngineReports, StuckProcess } from '../../engine.ts';
import { isErrno } from '../errno.ts';
import type { ErrorGuard } from '../errorGuard.ts';
import type { Stopped } from '../processes/stop.ts';
import type { ResourceWatch } from '../resources/resourceWatch.ts';
import { refOf, type Tracked } from '../tracked.ts';
import { attemptOutcome, type End, outcomeOfCancel, outcomeWithoutStart } from './attemptOutcome.ts';
import { Delivery } from './delivery.ts';
import { startFailure } from './errors.ts';
import { shown } from './leftovers.ts';

/** The part of the output that is attached to an error: enough to see the cause, and small enough for the feed. */
const detailLimits = { lines: 15, bytes: 4096 };
/** The part of the output that is searched for the cause of a failure. The first of many errors may be far from the end. */
const searchLimits = { lines: 4_000, bytes: 262_144 };

export interface ReporterDeps {
  reports: EngineReports;
  logs: AttemptLogs;
  clock: Clock;
  /** Watches the launches; a launch that has ended is removed from both. */
  output: OutputProgressWatch | null;
  resources: ResourceWatch;
  guard: ErrorGuard;
  onProblem(error: unknown, about: string): void;
  /** Called when the end of a launch is committed. */
  forget(job: Tracked): Promise<void>;
}

export class Reporter {
  readonly #deps: ReporterDeps;
  readonly #delivery: Delivery;

  constructor(deps: ReporterDeps) {
    this.#deps = deps;
    this.#delivery = new Delivery(deps.clock, deps.onProblem);
  }

  /** `paused` is null if the state can't be read. */
  async started(job: Tracked, startedAt: number, paused: boolean | null, refused: Message[] = []): Promise<void> {
    await this.#delivery.send({
      about: `reporting the start of job ${job.launch.jobId}`,
      report: () => {
        const pid = job.processes?.supervisor ?? null;
        return this.#deps.reports.started(refOf(job), { pid, startedAt, paused, refused });
      },
      isNeeded: () => job.phase !== 'settled',
    });
  }

  /** The launch ran; `stopped` says how it was stopped, if it was. */
  async ended(job: Tracked, end: End, stopped: Stopped | null): Promise<void> {
    const { killed: processes = [], afterMs = 0 } = stopped ?? {};
    const facts = {
      killed: processes.length > 0 || job.sentSignals.has('SIGKILL'),
      now: this.#deps.clock.now(),
      readDetails: () => this.#readTail(job, detailLimits),
      readOutput: () => this.#readTail(job, searchLimits),
    };
    const outcome = await attemptOutcome(job, end, facts);
    const isTold = processes.length > 0 && job.cancelRequested && !job.killRequested && job.stopSignal !== 'SIGKILL';
    await this.#reportOutcome(
      job,
      isTold ? { ...outcome, killed: { afterMs, processes: processes.map(shown) } } : outcome,
    );
  }

  /** The launch ran nothing: it was revoked by a cancel, or the job is launched again. */
  async neverStarted(job: Tracked): Promise<void> {
    if (job.cancelRequested) await this.#reportOutcome(job, outcomeOfCancel(this.#deps.clock.now(), false));
    else await this.#report(job, () => this.#deps.reports.neverStarted(refOf(job)));
  }

  /** The launch failed to start. */
  async notStarted(job: Tracked, error: unknown): Promise<void> {
    const { cwd } = job.launch;
    const mayBeCwd = isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES');
    const failure = startFailure(error, cwd, mayBeCwd && !(await isFolder(cwd)));
    const details = await this.#readTail(job, detailLimits);
    await this.#reportOutcome(job, outcomeWithoutStart(this.#deps.clock.now(), { ...failure, details }));
  }

  /** Processes of a launch don't end. */
  async stuck(ref: AttemptRef, stuck: StuckProcess[]): Promise<void> {
    await this.#delivery.send({
      about: `reporting the processes of job ${ref.jobId}`,
      report: () => this.#deps.reports.stuck(ref, stuck),
    });
  }

  /** Repeats a recovery step until it succeeds. */
  async repeat(about: string, step: () => Promise<void>): Promise<void> {
    await this.#delivery.send({ about, report: step });
  }

  close(): void {
    this.#delivery.close();
  }

  async #reportOutcome(job: Tracked, outcome: AttemptOutcome): Promise<void> {
    const { output, resources, reports } = this.#deps;
    await output?.finish(refOf(job), outcome.exitCode === 0);
    const peakMemoryBytes = job.processes === null ? null : resources.remove(job.processes);
    await this.#report(job, () => reports.ended(refOf(job), { ...outcome, peakMemoryBytes }));
  }

  async #report(job: Tracked, report: () => Promise<void>): Promise<void> {
    const { output, resources, forget } = this.#deps;
    if (job.processes !== null) resources.remove(job.processes);
    output?.remove(refOf(job));
    const about = `reporting the end of job ${job.launch.jobId}`;
    await this.#delivery.send({ about, report, afterwards: () => forget(job) });
  }

  #readTail(job: Tracked, limits: typeof detailLimits): Promise<string | null> {
    const { jobId, attempt } = job.launch;
    return this.#deps.guard.orNull(logTail(this.#deps.logs.path(jobId, attempt), limits));
  }
}

async function isFolder(path: string): Promise<boolean> {
  return userPaths
    .access(path, () => stat(path))
    .then(
      (found) => found.isDirectory(),
      () => false,
    );
}
