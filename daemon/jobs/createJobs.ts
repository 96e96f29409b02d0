/** Creates the parts of `jobs`, the only writer of a job's life. */
import { jobFailure } from '../../shared/messages/jobFailures.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type { Clock } from '../clock.ts';
import type { SpaceReserve } from '../disk/reserve.ts';
import type { AttemptRef, Engine, EngineReports, ProgressReports } from '../engines/engine.ts';
import type { CutReason } from '../logs/cut.ts';
import { Dispatcher } from '../scheduling/dispatcher.ts';
import type { Store } from '../store/store.ts';
import { AttemptReports, startFailed } from './attempts/engineReports.ts';
import { Backfills } from './backfills/backfills.ts';
import { Commands } from './commands.ts';
import { Killing } from './control/killing.ts';
import { type DispatchingDeps, DispatchRounds } from './dispatching/dispatch.ts';
import { EngineCalls } from './engineCalls.ts';
import { deriveGroups } from './groups/derive.ts';
import { Inspection } from './inspection.ts';
import { Groups } from './kinds/group.ts';
import { LocalJobs } from './kinds/local.ts';
import { RemoteKind } from './kinds/remote.ts';
import { ReportedJobs } from './kinds/reported.ts';
import { timeline } from './life/timeline.ts';
import { currentLaunch } from './lookup.ts';
import type {
  BackfillCommands,
  DefinedQueues,
  DefinedSchedules,
  JobCommands,
  JobInspection,
  LogFiles,
  QueueCommands,
  ReportCommands,
  RetentionCommands,
  RetentionSettings,
  ScheduleCommands,
  SubmitCommands,
} from './ports.ts';
import { Queues } from './queues/queues.ts';
import { holdBack, restoreLaunches } from './rebuild.ts';
import { type RecoveryProgress, recoverAttempts, unfinishedAttempts } from './recovery.ts';
import { InFlight } from './remote/inFlight.ts';
import { noConnections, type Reach } from './remote/reach.ts';
import { RemoteJobs } from './remote/remoteJobs.ts';
import { ProgramReports } from './reporting/programReports.ts';
import type { ReportingSettings } from './reporting/start.ts';
import { Removals } from './retention/removals.ts';
import { Retention } from './retention/retention.ts';
import { Schedules } from './schedules/schedules.ts';
import { Submissions } from './submission/submissions.ts';
import { type WarningSink, Writer } from './writer.ts';

const defaultReporting: ReportingSettings = { heartbeatMs: 600_000, timeLimitMs: 1_800_000 };
const keepEverything: RetentionSettings = { days: 0, jobs: 0, logBytes: 0 };

export interface JobsDeps {
  store: Store;
  /** By name. It may be filled later, because engines need `jobs` for their reports. */
  engines: ReadonlyMap<string, Engine>;
  clock: Clock;
  logs: LogFiles;
  warnings: WarningSink;
  /** Disk space for a full disk; none unless given. */
  reserve?: SpaceReserve | undefined;
  /** Receives how many seconds after it was queued or due each job started. */
  startDelays?: DispatchingDeps['startDelays'];
  /** Defaults for reported jobs; unless given, ten minutes without a heartbeat and thirty minutes in total. */
  reporting?: ReportingSettings;
  /** Finished jobs are kept forever unless given. */
  retention?: RetentionSettings | undefined;
  /** Remote engines by connection; none unless given. */
  reach?: Reach;
  onProblem(error: unknown, about: string): void;
}

export interface Jobs {
  submissions: SubmitCommands;
  commands: JobCommands;
  retention: RetentionCommands;
  inspection: JobInspection;
  queues: QueueCommands & DefinedQueues;
  schedules: ScheduleCommands & DefinedSchedules;
  backfills: BackfillCommands;
  /** Reports of programs on their jobs. */
  programs: ReportCommands;
  /** Reports of the engines that run attempts. */
  attempts: EngineReports & ProgressReports;
  remote: RemoteJobs;
  /** Records in the timeline that the middle of a log was removed. */
  noteLogCut(jobId: string, attempt: number, bytes: number, reason: CutReason): Promise<void>;
  /** Whether commands or ends of jobs have been acknowledged or shown, but a full disk keeps them from being saved. */
  hasUnsaved(): boolean;
  /**
   * Call this before `recover` if the database is not the one that was last used. Jobs that it has lost are restored from
   * the launches that engines know of. With `hold`, waiting jobs are put on hold. Returns how many were restored.
   */
  restore(hold: boolean): Promise<number>;
  /**
   * Call this once, when all engines exist. The engines find out the state of the attempts of an earlier daemon, then
   * pending jobs are started from now on.
   */
  recover(progress?: RecoveryProgress): Promise<void>;
  /** Stops starting jobs. Running jobs continue; reports of engines are still written while the store is open. */
  close(): void;
}

export function createJobs(deps: JobsDeps): Jobs {
  const { store, clock, logs, warnings, onProblem, reach = noConnections } = deps;
  store.beforeEnd(deriveGroups);
  const writer = new Writer({ store, clock, warnings, reserve: deps.reserve, onProblem });
  const calls = new EngineCalls({
    engines: deps.engines,
    onProblem,
    onStartFailed: (ref, reason) =>
      attempts.ended(ref, startFailed(jobFailure.problem('START_FAILED/launch', { reason }), clock.now())),
    isCurrent: (ref) => store.read((rows) => currentLaunch(rows, ref) !== null),
    onKillFailed: (ref, reason) => killing.noteFailure(ref, reason),
    onCancelFailed: (ref, reason) => takeCancelBack(writer, ref, reason, clock.now()),
  });
  const base = { store, writer, calls, clock, onProblem };

  const attempts = new AttemptReports(base);
  const killing = new Killing(base);
  const inFlight: InFlight = new InFlight({ take: (source, facts) => remote.take(source, facts) });
  const remote = new RemoteJobs({ ...base, reach, inFlight });
  const removals = new Removals({ ...base, logs });
  const retention = new Retention({ ...base, removals, logs, settings: deps.retention ?? keepEverything });
  const groups = new Groups({ ...base, removals });
  const kinds = {
    local: new LocalJobs({ ...base, removals }),
    reported: new ReportedJobs({ ...base, removals }),
    group: groups,
    remote: new RemoteKind({ ...base, removals, reach, inFlight }),
  };
  const dispatching = new DispatchRounds({ ...base, startDelays: deps.startDelays });
  const dispatcher = new Dispatcher({ jobs: dispatching, clock, onProblem });
  let unsubscribe: (() => void) | null = null;
  /** Does nothing until `recover` knows what is running. */
  const wake = () => {
    if (unsubscribe) dispatcher.wake();
  };
  const queues = new Queues({ ...base, onChanged: wake });

  /** Waits for `work`, but not for a full disk: the daemon must start and report that. */
  async function unlessStuck(work: Promise<void>, about: string): Promise<void> {
    const settled = work.catch((error: unknown) => onProblem(error, about));
    await Promise.race([settled, writer.stuck()]);
  }

  return {
    submissions: new Submissions(base),
    commands: new Commands({ ...base, killing, kinds }),
    retention,
    inspection: new Inspection({ ...base, remote }),
    queues,
    schedules: new Schedules({ ...base, onChanged: wake }),
    backfills: new Backfills(base),
    programs: new ProgramReports({ ...base, logs, settings: deps.reporting ?? defaultReporting }),
    attempts,
    remote,
    noteLogCut: (jobId, attempt, bytes, reason) =>
      writer.persist((tx) => {
        if (!tx.jobs.find(jobId)) return;
        tx.addEvent(jobId, { ...timeline.logCut(bytes, reason), at: clock.now(), attempt });
      }),
    hasUnsaved: () => writer.hasUnsaved,
    async restore(hold) {
      const found = await calls.found();
      // Recovery would take launches that are not saved for leftovers, so this waits for a full disk.
      return writer.persist((tx) => {
        const now = clock.now();
        const restored = restoreLaunches(tx, found, now);
        if (hold) holdBack(tx, found, now);
        return restored;
      });
    },
    async recover(progress) {
      const attempts = store.read(unfinishedAttempts);
      await unlessStuck(recoverAttempts(attempts, { ...base, progress: progress ?? null }), 'recovering jobs');
      killing.killLeftovers();
      unsubscribe = store.onCommit(({ onlyActivity }) => {
        // Activity only postpones heartbeat timeouts, which the dispatcher checks when they are due.
        if (!onlyActivity) dispatcher.wake();
      });
      dispatcher.wake();
      await unlessStuck(remote.recover(), 'recovering jobs that were being sent');
      await unlessStuck(groups.recover(), 'continuing to cancel groups');
      removals.removeLeftovers();
      void retention.start();
      void queues.updateAll();
    },
    close() {
      unsubscribe?.();
      dispatcher.close();
      queues.close();
      retention.close();
      removals.close();
      calls.close();
      writer.close();
    },
  };
}

/** The engine could not cancel: the request is withdrawn, so that it can be repeated. */
async function takeCancelBack(writer: Writer, ref: AttemptRef, reason: Message, at: number): Promise<void> {
  await writer.persist((tx) => {
    if (!currentLaunch(tx, ref)) return;
    tx.updateJob(ref.jobId, { cancelRequestedAt: null });
    tx.addEvent(ref.jobId, { ...timeline.cancelFailed(reason), at, attempt: ref.attempt });
  });
}
