/** The interfaces between `jobs`, the only writer of a job's life, and the rest of the daemon. */
import type { BackfillReply, BackfillRequest } from '../../shared/backfill.ts';
import type { BulkAction, BulkReply, BulkRequest } from '../../shared/bulk.ts';
import type { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail, JobStatus, Priority, Queue, RateLimit, Resources, WaitReason } from '../../shared/job.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type {
  CancelRequest,
  CleanReply,
  CleanRequest,
  EmergencyReply,
  EmergencyRequest,
  InputReply,
  InputRequest,
  QueueSettings,
  RetryRequest,
  SubmitRequest,
} from '../../shared/protocol.ts';
import type { ProgressReply, Report, ReportReply, StartRequest } from '../../shared/reporting.ts';
import type {
  CronQuery,
  CronReply,
  Schedule,
  ScheduleChange,
  ScheduleDetail,
  ScheduleRequest,
} from '../../shared/schedule.ts';

/** Submits jobs to this machine. Resolves after the commit; expected failures are JobdeckErrors. */
export interface SubmitCommands {
  /** EMPTY_COMMAND, CWD_MISSING, UNKNOWN_QUEUE. With a known `idempotencyKey`, resolves with the job that has it. */
  submit(request: SubmitRequest): Promise<JobDetail>;
  /** Like `submit`; `created` is false if the job already existed. */
  submitOnce(request: SubmitRequest): Promise<Submitted>;
}

/**
 * Commands on one job. Each resolves after the commit, with the job as committed; expected failures are JobdeckErrors.
 */
export interface JobCommands {
  /** JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE. A cancel can be repeated. */
  cancel(id: string, request?: CancelRequest): Promise<JobDetail>;
  /** Pauses or resumes a running job. Can be repeated. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE. */
  setPaused(id: string, paused: boolean): Promise<JobDetail>;
  /**
   * Sends text to a running job, or ends its input. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE, INPUT_FULL,
   * INPUT_ENDED.
   */
  input(id: string, request: InputRequest): Promise<InputReply>;
  /**
   * Force stops an active job: it fails at once, and its processes are killed if possible. JOB_NOT_FOUND,
   * JOB_ALREADY_ENDED.
   */
  forceFail(id: string, reason?: string): Promise<JobDetail>;
  /** Force stops all active jobs. CONFIRMATION_NEEDED. */
  forceFailAll(request: EmergencyRequest): Promise<EmergencyReply>;
  /** Keeps a job from starting until it is released. JOB_NOT_FOUND, JOB_ALREADY_ENDED, JOB_ALREADY_STARTED. */
  hold(id: string): Promise<JobDetail>;
  /** Allows a held job to start. A job that is not held is left as it is. Errors as for `hold`. */
  release(id: string): Promise<JobDetail>;
  /**
   * Starts a job at once, whatever it waits for, except for other jobs. A job that has started is left as it is.
   * JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE.
   */
  start(id: string): Promise<JobDetail>;
  /** Changes the priority of a job that has not started. JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE. */
  setPriority(id: string, priority: Priority): Promise<JobDetail>;
  /** Adds an attempt to a finished job. JOB_NOT_FOUND, JOB_STILL_ACTIVE, EMPTY_COMMAND, CWD_MISSING. */
  retry(id: string, how?: RetryRequest): Promise<JobDetail>;
  /** Removes a finished job with its logs. JOB_NOT_FOUND, JOB_STILL_ACTIVE. */
  remove(id: string): Promise<void>;
  /** Applies an action to many jobs; the reply has the errors of those it does not apply to. INVALID_REQUEST. */
  each(action: BulkAction, request: BulkRequest): Promise<BulkReply>;
}

/** Removes finished jobs. */
export interface RetentionCommands {
  /** Applies changed settings, in a minute. */
  settingsChanged(): void;
  /** Removes all finished jobs, or those of these statuses. Returns how many. */
  clear(statuses?: JobStatus[]): Promise<number>;
  /** Removes the oldest finished jobs whose logs exceed the configured total size. Returns how many. */
  cleanLogs(): Promise<number>;
  /** Removes or counts old finished jobs. INVALID_REQUEST for an invalid time. */
  clean(request: CleanRequest): Promise<CleanReply>;
}

export interface Submitted {
  job: JobDetail;
  created: boolean;
}

/** How long, and how many, finished jobs are kept, and the total size of their logs; 0 for no limit. */
export interface RetentionSettings {
  days: number;
  jobs: number;
  logBytes: number;
}

/** Facts about a job that are not in the store. */
export interface JobInspection {
  /**
   * The resources that a job's processes use now; null unless it runs and its engine knows. For a remote job, it gives
   * the engine a moment to report what else it knows.
   */
  resources(id: string): Promise<Resources | null>;
}

/** Log files of attempts, which are not in the store. */
export interface LogFiles {
  /** Absolute path of an attempt's log. */
  path(jobId: string, attempt: number): string;
  /** Size in bytes; null if the file does not exist. */
  size(jobId: string, attempt: number): number | null;
  /** Appends text as UTF-8 to an attempt's log, all of it or none. Throws a JobdeckError if the disk refuses it. */
  append(jobId: string, attempt: number, text: string): void;
  /** Deletes all logs of a job. */
  remove(jobId: string): Promise<void>;
  /** The sizes of all logs. */
  all(): Promise<{ jobId: string; bytes: number }[]>;
}

/** Accepts reports of programs on their jobs. */
export interface ReportCommands {
  /**
   * Adds a job that already runs. With a known `idempotencyKey`, resolves with the job that has it. UNKNOWN_STEP,
   * INVALID_REQUEST.
   */
  start(request: StartRequest): Promise<Submitted>;
  /** Accepts reports. Resolves after the commit with an outcome for each entry, in their order. */
  report(reported: readonly Reported[]): Promise<ReportOutcome[]>;
  /** JOB_NOT_FOUND. */
  progress(id: string): ProgressReply;
}

/** Reports of one client on one job. All are accepted, or none. */
export interface Reported {
  jobId: string;
  client?: string | undefined;
  reports: readonly Report[];
}

/** The state of the job, or why none of its reports was accepted. */
export type ReportOutcome = ReportReply | JobdeckError;

/** Commands on queues. Each resolves after the commit, with the queue as committed. */
export interface QueueCommands {
  /** All, by name. */
  list(): Queue[];
  /** Creates or changes a queue. Omitted settings stay as they are. It takes effect at once. */
  set(name: string, settings: QueueSettings): Promise<Queue>;
  /** Stops starting its jobs. UNKNOWN_QUEUE. */
  pause(name: string): Promise<Queue>;
  /** UNKNOWN_QUEUE. */
  resume(name: string): Promise<Queue>;
  /** Removes a queue without active jobs and schedules. UNKNOWN_QUEUE, QUEUE_IN_USE. */
  remove(name: string): Promise<void>;
}

/** Queues of definition files. */
export interface DefinedQueues {
  /** The definition file that owns each queue, by name; null for queues of the user. */
  sources(): ReadonlyMap<string, string | null>;
  /** Creates or changes queues that a definition file then owns. */
  define(source: string, settings: ReadonlyMap<string, QueueSettings>): Promise<void>;
  /** Removes the queues that a definition file owns, except `kept`. Those in use stay, but no file owns them. */
  release(source: string, kept: ReadonlySet<string>): Promise<void>;
}

/** Commands on backfills. Each resolves after the commit. */
export interface BackfillCommands {
  /**
   * Starts a backfill, or only computes its intervals. INVALID_RANGE, INVALID_CRON, INVALID_REQUEST (placeholders),
   * UNKNOWN_QUEUE, EMPTY_COMMAND, CWD_MISSING, JOB_STILL_ACTIVE (a group that is being cancelled).
   */
  start(request: BackfillRequest): Promise<BackfillReply>;
}

/** Commands on schedules. `ref` is an ID or a name. Each resolves after the commit. */
export interface ScheduleCommands {
  /** All, by name. */
  list(): Schedule[];
  /** With its next runs and its history. SCHEDULE_NOT_FOUND. */
  detail(ref: string): ScheduleDetail;
  /** The next runs of an expression. INVALID_CRON. */
  preview(query: CronQuery): CronReply;
  /**
   * INVALID_CRON, SCHEDULE_EXISTS, SCHEDULE_DEFINED, UNKNOWN_QUEUE, EMPTY_COMMAND, CWD_MISSING. With `dryRun` it only
   * checks.
   */
  add(request: ScheduleRequest): Promise<Schedule>;
  /** SCHEDULE_NOT_FOUND, SCHEDULE_DEFINED, INVALID_CRON, UNKNOWN_QUEUE. */
  change(ref: string, change: ScheduleChange): Promise<Schedule>;
  /** SCHEDULE_NOT_FOUND. */
  setPaused(ref: string, paused: boolean): Promise<Schedule>;
  /**
   * Runs it at once, regardless of its overlap policy and of a pause. SCHEDULE_NOT_FOUND, UNKNOWN_QUEUE, CWD_MISSING.
   */
  runNow(ref: string): Promise<JobDetail>;
  /** Removes it. Jobs that it started stay. SCHEDULE_NOT_FOUND, SCHEDULE_DEFINED. */
  remove(ref: string): Promise<void>;
}

/** Schedules of definition files. */
export interface DefinedSchedules {
  /** The definition file of each schedule, by name; null if it was added by a command. */
  sources(): ReadonlyMap<string, string | null>;
  /**
   * Checks a schedule, except its name and queue. `folders` that were checked need no second check, and get the folder of
   * this schedule. INVALID_CRON, EMPTY_COMMAND, CWD_MISSING.
   */
  check(request: ScheduleRequest, folders?: Set<string>): Promise<void>;
  /**
   * Replaces all schedules that a file defines, all or none. Schedules that remain keep their history and whether they
   * are paused; schedules that return are still paused. Those named in `kept` stay as they are, unless they are replaced.
   * Errors as for `add`; SCHEDULE_EXISTS if another source uses the name.
   */
  define(source: string, requests: readonly ScheduleRequest[], kept?: ReadonlySet<string>): Promise<void>;
}

/** The fields of a queued job that the scheduler needs. */
export interface QueuedJob {
  id: string;
  queue: string;
  priority: Priority;
}

/** The state of a queue that the scheduler needs. */
export interface QueueState {
  name: string;
  /** Maximum number of jobs that run at the same time; null for no limit. */
  concurrency: number | null;
  rate: RateLimit | null;
  paused: boolean;
  /** Number of starting and running attempts. */
  running: number;
  /** Times of the starts that may count toward `rate`, earliest first. */
  starts: readonly number[];
}

/** What a job waits for; `until` in milliseconds, if known. `waitSentence` in shared/waits.ts turns it into text. */
export interface Wait {
  reason: WaitReason;
  until: number | null;
  detail: Message | null;
}

/** The decision of the scheduler on the queued jobs. */
export interface Choice {
  /** IDs in the order of starting. */
  start: string[];
  waits: { id: string; wait: Wait }[];
  /** When a job may start if nothing else happens before. */
  lookAgainAt: number | null;
}

/** The part of `jobs` that the dispatcher needs. */
export interface Dispatching {
  /**
   * Commits a `starting` attempt for each job that may start, then launches it; the others wait. While the disk is
   * full, it waits until that can be written. Resolves with the time of the next round; null for none.
   */
  dispatch(): Promise<number | null>;
}
