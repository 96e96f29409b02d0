/** The only writer of a job's life. */
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail, JobStatus, Progress, Resources } from '../../shared/job.ts';
import type {
  CleanReply,
  CleanRequest,
  EmergencyReply,
  EmergencyRequest,
  InputReply,
  InputRequest,
  RetryRequest,
  SubmitRequest,
} from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type {
  AttemptRef,
  Ending,
  Engine,
  EngineReports,
  ProgressReports,
  StartFacts,
  UnfinishedAttempt,
} from '../engines/engine.ts';
import { Dispatcher } from '../scheduling/dispatcher.ts';
import type { Store } from '../store/store.ts';
import { currentLaunch, launchOf, unfinishedAttempt } from './attempts/attempts.ts';
import { Reports, startFailed } from './attempts/engineReports.ts';
import { Backfills } from './backfills/backfills.ts';
import { Commands } from './commands.ts';
import { Rescue } from './control/rescue.ts';
import { Rounds, type RoundsDeps } from './dispatching/dispatch.ts';
import { type EngineCall, EngineCalls } from './engineCalls.ts';
import { deriveGroups } from './groups/derive.ts';
import { timeline } from './life/timeline.ts';
import type {
  BackfillCommands,
  Dispatching,
  JobCommands,
  JobViews,
  LogFiles,
  ReportCommands,
  RetentionSettings,
  ScheduleCommands,
  Submitted,
} from './ports.ts';
import { Queues } from './queues/queues.ts';
import { RemoteJobs, type RemoteJobsDeps } from './remote/remoteJobs.ts';
import { ProgramReports } from './reporting/programReports.ts';
import type { ReportingSettings } from './reporting/start.ts';
import { Removals } from './retention/removals.ts';
import { Retention } from './retention/retention.ts';
import { Schedules } from './schedules/schedules.ts';
import { type WarningSink, Writer } from './writer.ts';

/** Milliseconds that whoever looks at a job that runs elsewhere waits for what its engine says more. */
const lookLimit = 1_500;

export interface JobsDeps {
  store: Store;
  /** By name. May be filled after construction, since engines need `jobs` for their reports. */
  engines: ReadonlyMap<string, Engine>;
  clock: Clock;
  logs: LogFiles;
  warnings: WarningSink;
  /** Hears how many seconds after it was queued, or due, each job started. */
  startDelays?: RoundsDeps['startDelays'];
  /** Of reported jobs; ten minutes without a sign of life and thirty in all unless given. */
  reporting?: ReportingSettings;
  /** For ever and any number unless given. */
  retention?: RetentionSettings;
  /** Engines beyond this machine, by connection; without it there are none. */
  reach?: RemoteJobsDeps['reach'];
  onProblem(error: unknown, about: string): void;
}

export class Jobs implements JobCommands, JobViews, EngineReports, ProgressReports, Dispatching {
  readonly #deps: JobsDeps;
  readonly #writer: Writer;
  readonly #calls: EngineCalls;
  readonly #removals: Removals;
  readonly #retention: Retention;
  readonly #commands: Commands;
  readonly #rescue: Rescue;
  readonly #reports: Reports;
  readonly #rounds: Rounds;
  readonly #dispatcher: Dispatcher;
  /** What programs report of their jobs. */
  readonly programs: ReportCommands;
  /** Jobs that run elsewhere. */
  readonly remote: RemoteJobs;
  /** Commands on queues. */
  readonly queues: Queues;
  /** Commands on schedules. */
  readonly schedules: ScheduleCommands;
  /** The command on backfills. */
  readonly backfills: BackfillCommands;
  #unsubscribe: (() => void) | null = null;

  constructor(deps: JobsDeps) {
    const { store, clock } = deps;
    this.#deps = deps;
    store.beforeEnd(deriveGroups);
    this.#writer = new Writer(deps);
    this.#calls = new EngineCalls({
      ...deps,
      onStartFailed: (ref, reason) => this.ended(ref, startFailed(reason, clock.now())),
      isCurrent: (ref) => store.read((rows) => currentLaunch(rows, ref) !== null),
      onKillFailed: (ref, reason) => this.#rescue.killFailed(ref, reason),
      onCancelFailed: (ref, reason) => this.#cancelFailed(ref, reason),
    });
    const own = { store, clock, writer: this.#writer, calls: this.#calls };
    this.remote = new RemoteJobs({ ...deps, ...own, reach: deps.reach ?? noConnection });
    this.#removals = new Removals({ ...deps, ...own });
    const settings = deps.retention ?? { days: 0, jobs: 0 };
    this.#retention = new Retention({ ...deps, ...own, removals: this.#removals, settings });
    this.#commands = new Commands({
      ...own,
      removals: this.#removals,
      retention: this.#retention,
      remote: this.remote,
    });
    this.#rescue = new Rescue(own);
    this.#reports = new Reports(own);
    this.#rounds = new Rounds({ ...own, startDelays: deps.startDelays });
    this.#dispatcher = new Dispatcher({ jobs: this, clock, onProblem: deps.onProblem });
    const reporting = deps.reporting ?? { heartbeatMs: 600_000, timeLimitMs: 1_800_000 };
    this.programs = new ProgramReports({ ...deps, ...own, settings: reporting });
    this.queues = new Queues({ ...own, onProblem: deps.onProblem, onChanged: () => this.#wake() });
    this.schedules = new Schedules({ ...own, onChanged: () => this.#wake() });
    this.backfills = new Backfills(own);
  }

  /**
   * To be called once, when all engines are there: has them find out what became of the attempts an earlier daemon
   * left, then starts pending jobs, now and from now on.
   */
  async recover(): Promise<void> {
    const left = this.#deps.store.read((rows) =>
      rows.unfinished().flatMap((attempt): EngineCall<UnfinishedAttempt>[] => {
        const job = rows.job(attempt.jobId);
        // Those that run elsewhere are told of by their engines.
        if (!job || job.connection !== null) return [];
        const launch = launchOf(rows, job, { attempt: attempt.number, launch: attempt.launch });
        const status = attempt.status === 'running' ? 'running' : 'starting';
        const cancelRequested = job.cancelRequestedAt !== null || attempt.timedOutAt !== null;
        return [{ engine: job.engine, what: { ...launch, status, cancelRequested } }];
      }),
    );
    const adopted = this.#calls.recover(left).then(() => this.#noteAdopted(left.map(({ what }) => what)));
    await this.#unlessStuck(adopted, 'recovering jobs');
    this.#rescue.killLeftovers();
    this.#unsubscribe = this.#deps.store.onCommit(({ onlyHeard }) => {
      // What was heard of puts due times off; the dispatcher finds that out when they come.
      if (!onlyHeard) this.#dispatcher.wake();
    });
    this.#wake();
    await this.#unlessStuck(this.remote.recover(), 'going on with jobs that were being sent');
    await this.#unlessStuck(this.#commands.recover(), 'going on with cancels of groups');
    await this.#unlessStuck(this.#removals.removeLeftovers(), 'deleting logs of removed jobs');
    void this.#retention.start();
    void this.queues.tellAll();
  }

  submit(request: SubmitRequest): Promise<JobDetail> {
    return this.#commands.submit(request);
  }

  submitOnce(request: SubmitRequest): Promise<Submitted> {
    return this.#commands.submitOnce(request);
  }

  cancel(id: string): Promise<JobDetail> {
    return this.#commands.cancel(id);
  }

  setPaused(id: string, paused: boolean): Promise<JobDetail> {
    return this.#commands.setPaused(id, paused);
  }

  retry(id: string, how?: RetryRequest): Promise<JobDetail> {
    return this.#commands.retry(id, how);
  }

  input(id: string, request: InputRequest): Promise<InputReply> {
    return this.#rescue.input(id, request);
  }

  forceFail(id: string, reason?: string): Promise<JobDetail> {
    return this.#rescue.forceFail(id, reason);
  }

  forceFailAll(request: EmergencyRequest): Promise<EmergencyReply> {
    return this.#rescue.forceFailAll(request);
  }

  hold(id: string): Promise<JobDetail> {
    return this.#commands.hold(id);
  }

  release(id: string): Promise<JobDetail> {
    return this.#commands.release(id);
  }

  remove(id: string): Promise<void> {
    return this.#commands.remove(id);
  }

  clear(statuses?: JobStatus[]): Promise<number> {
    return this.#commands.clear(statuses);
  }

  clean(request: CleanRequest): Promise<CleanReply> {
    return this.#commands.clean(request);
  }

  async resources(id: string): Promise<Resources | null> {
    if (this.#deps.store.read((rows) => rows.job(id)?.connection ?? null) !== null) {
      await Promise.race([
        this.remote.look(id),
        new Promise<void>((enough) => this.#deps.clock.after(lookLimit, enough)),
      ]);
      return null;
    }
    const running = this.#deps.store.read((rows): EngineCall<AttemptRef> | null => {
      const job = rows.job(id);
      const attempt = job && unfinishedAttempt(rows, job);
      if (!job || attempt?.status !== 'running') return null;
      return { engine: job.engine, what: { jobId: id, attempt: attempt.number, launch: attempt.launch } };
    });
    return running && this.#calls.resources(running);
  }

  started(ref: AttemptRef, facts: StartFacts): Promise<void> {
    return this.#reports.started(ref, facts);
  }

  ended(ref: AttemptRef, ending: Ending): Promise<void> {
    return this.#reports.ended(ref, ending);
  }

  neverStarted(ref: AttemptRef): Promise<void> {
    return this.#reports.neverStarted(ref);
  }

  outputProgress(ref: AttemptRef, progress: Progress | null): Promise<'taken' | 'notNow' | 'unwanted'> {
    return this.#reports.outputProgress(ref, progress);
  }

  outputProgressOff(ref: AttemptRef, reason: string): Promise<void> {
    return this.#reports.outputProgressOff(ref, reason);
  }

  dispatch(): Promise<number | null> {
    return this.#rounds.dispatch();
  }

  /** Starts nothing more. Running jobs run on; what engines report is still written as long as the store is open. */
  close(): void {
    this.#unsubscribe?.();
    this.#dispatcher.close();
    this.queues.close();
    this.#retention.close();
    this.#calls.close();
    this.#writer.close();
  }

  /** Looks what may start, unless that is still to be found out by `recover`. */
  #wake(): void {
    if (this.#unsubscribe) this.#dispatcher.wake();
  }

  /** Waits for `work` but not for a full disk: the daemon must come up and say so all the same. */
  async #unlessStuck(work: Promise<void>, about: string): Promise<void> {
    const settled = work.catch((error: unknown) => this.#deps.onProblem(error, about));
    await Promise.race([settled, this.#writer.stuck()]);
  }

  async #noteAdopted(attempts: UnfinishedAttempt[]): Promise<void> {
    await this.#writer.certain((tx) => {
      for (const attempt of attempts) {
        if (attempt.status !== 'running' || !currentLaunch(tx, attempt)) continue;
        const at = this.#deps.clock.now();
        tx.addEvent(attempt.jobId, { ...timeline.adopted(), at, attempt: attempt.attempt });
        // Nobody could report while there was no daemon: its time begins again.
        if (tx.job(attempt.jobId)?.heartbeatMs != null) tx.heardOf(attempt.jobId, at, undefined);
      }
    });
  }

  /** Takes the request back, so that it can be tried again. */
  async #cancelFailed(ref: AttemptRef, reason: string): Promise<void> {
    await this.#writer.certain((tx) => {
      if (!currentLaunch(tx, ref)) return;
      tx.updateJob(ref.jobId, { cancelRequestedAt: null });
      tx.addEvent(ref.jobId, { ...timeline.cancelFailed(reason), at: this.#deps.clock.now(), attempt: ref.attempt });
    });
  }
}

function noConnection(name: string): never {
  throw new JobdeckError(
    'CONNECTION_NOT_FOUND',
    `There is no connection ${name}.`,
    'Add it with “jobdeck engine add”.',
  );
}
