/** What `jobs`, the only writer of a job's life, offers to the rest of the daemon and needs from it. */
import type { BackfillReply, BackfillRequest } from '../../shared/backfill.ts';
import type { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail, JobStatus, Priority, Queue, RateLimit, Resources, WaitReason } from '../../shared/job.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type {
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
import type { CronQuery, CronReply, Schedule, ScheduleDetail, ScheduleRequest } from '../../shared/schedule.ts';

/** Submitting jobs of this machine. Resolves after the commit; expected failures are JobdeckErrors. */
export interface SubmitCommands {
  /** EMPTY_COMMAND, CWD_MISSING, UNKNOWN_QUEUE. With a known `idempotencyKey` the job that has it. */
  submit(request: SubmitRequest): Promise<JobDetail>;
  /** As `submit`; `created` is false when the job was there already. */
  submitOnce(request: SubmitRequest): Promise<Submitted>;
}

/** Commands on one job. Each resolves after the commit, with the job as committed; expected failures are JobdeckErrors. */
export interface JobCommands {
  /** JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE. Repeating a cancel on its way is no error. */
  cancel(id: string): Promise<JobDetail>;
  /** Pauses a running job or resumes it; no error when it already is as wanted. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE. */
  setPaused(id: string, paused: boolean): Promise<JobDetail>;
  /** Sends text to a running job, or ends its input. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE, INPUT_FULL, INPUT_ENDED. */
  input(id: string, request: InputRequest): Promise<InputReply>;
  /** Ends an active job as failed, whatever it does, and kills its processes where possible. JOB_NOT_FOUND, JOB_ALREADY_ENDED. */
  forceFail(id: string, reason?: string): Promise<JobDetail>;
  /** Ends all active jobs this way. CONFIRMATION_NEEDED. */
  forceFailAll(request: EmergencyRequest): Promise<EmergencyReply>;
  /** Keeps a job from starting until it is released. JOB_NOT_FOUND, JOB_ALREADY_ENDED, JOB_ALREADY_STARTED. */
  hold(id: string): Promise<JobDetail>;
  /** Lets a held job start. Releasing a job that is not held is no error. As `hold`. */
  release(id: string): Promise<JobDetail>;
  /** Adds an attempt to a job that has ended. JOB_NOT_FOUND, JOB_STILL_ACTIVE, EMPTY_COMMAND, CWD_MISSING. */
  retry(id: string, how?: RetryRequest): Promise<JobDetail>;
  /** Removes a finished job with its logs. JOB_NOT_FOUND, JOB_STILL_ACTIVE. */
  remove(id: string): Promise<void>;
}

/** Removing finished jobs. */
export interface RetentionCommands {
  /** Removes all finished jobs, or those of these statuses. Returns how many. */
  clear(statuses?: JobStatus[]): Promise<number>;
  /** Removes old finished jobs, or counts them. INVALID_REQUEST for an invalid time. */
  clean(request: CleanRequest): Promise<CleanReply>;
}

export interface Submitted {
  job: JobDetail;
  created: boolean;
}

/** How long finished jobs are kept; 0 for ever, or any number. */
export interface RetentionSettings {
  days: number;
  jobs: number;
}

/** Facts about a job that are not in the store. */
export interface JobInspection {
  /**
   * What a job's processes use now; null unless it runs and its engine can say. For a remote job it gives the engine a
   * moment to report what else it knows.
   */
  resources(id: string): Promise<Resources | null>;
}

/** Files of an attempt's output, which the store does not hold. */
export interface LogFiles {
  /** Absolute path of an attempt's log. */
  path(jobId: string, attempt: number): string;
  /** Size in bytes, or null when there is no such file. */
  size(jobId: string, attempt: number): number | null;
  /** Adds text, made UTF-8, to an attempt's log; all of it or none. Throws a JobdeckError when the disk does not take it. */
  append(jobId: string, attempt: number, text: string): void;
  /** Deletes all logs of a job. */
  remove(jobId: string): Promise<void>;
}

/** What programs report of their jobs. */
export interface ReportCommands {
  /** A job that runs already. With a known `idempotencyKey` the job that has it. UNKNOWN_STEP, INVALID_REQUEST. */
  start(request: StartRequest): Promise<Submitted>;
  /** Takes reports; resolves after the commit with an outcome for each entry, in their order. */
  report(reported: readonly Reported[]): Promise<ReportOutcome[]>;
  /** JOB_NOT_FOUND. */
  progress(id: string): ProgressReply;
}

/** Reports of one client on one job: all are taken, or none. */
export interface Reported {
  jobId: string;
  client?: string | undefined;
  reports: readonly Report[];
}

/** How the job stands, or why none of its reports was taken. */
export type ReportOutcome = ReportReply | JobdeckError;

/** Commands on queues. Each resolves after the commit, with the queue as committed. */
export interface QueueCommands {
  /** All, by name. */
  list(): Queue[];
  /** Makes a queue, or changes it; what is left out stays as it is. It takes effect at once. */
  set(name: string, settings: QueueSettings): Promise<Queue>;
  /** Lets no more jobs start. UNKNOWN_QUEUE. */
  pause(name: string): Promise<Queue>;
  /** UNKNOWN_QUEUE. */
  resume(name: string): Promise<Queue>;
  /** Removes a queue nothing is in and nothing names. UNKNOWN_QUEUE, QUEUE_IN_USE. */
  remove(name: string): Promise<void>;
}

/** The command on backfills. It resolves after the commit. */
export interface BackfillCommands {
  /**
   * Starts one, or only tells its intervals. INVALID_RANGE, INVALID_CRON, INVALID_REQUEST (placeholders), UNKNOWN_QUEUE,
   * EMPTY_COMMAND, CWD_MISSING, JOB_STILL_ACTIVE (a group that is being cancelled).
   */
  start(request: BackfillRequest): Promise<BackfillReply>;
}

/** Commands on schedules. `ref` is an id or a name. Each resolves after the commit. */
export interface ScheduleCommands {
  /** All, by name. */
  list(): Schedule[];
  /** With its next runs and its history. SCHEDULE_NOT_FOUND. */
  detail(ref: string): ScheduleDetail;
  /** The next runs of an expression. INVALID_CRON. */
  preview(query: CronQuery): CronReply;
  /** INVALID_CRON, SCHEDULE_EXISTS, SCHEDULE_DEFINED, UNKNOWN_QUEUE, EMPTY_COMMAND, CWD_MISSING. With `dryRun` only checks. */
  add(request: ScheduleRequest): Promise<Schedule>;
  /** SCHEDULE_NOT_FOUND. */
  setPaused(ref: string, paused: boolean): Promise<Schedule>;
  /** Runs it at once, whatever its overlap policy says, also while it is paused. SCHEDULE_NOT_FOUND, UNKNOWN_QUEUE, CWD_MISSING. */
  runNow(ref: string): Promise<JobDetail>;
  /** Jobs it has started stay. SCHEDULE_NOT_FOUND, SCHEDULE_DEFINED. */
  remove(ref: string): Promise<void>;
  /**
   * Makes the schedules that a file defines exactly these, all or none: others of the file go, those that stay keep
   * their history and whether they are paused. As `add`; SCHEDULE_EXISTS for the name of one of another source.
   */
  define(source: string, requests: readonly ScheduleRequest[]): Promise<void>;
}

/** A job in line as the scheduler weighs it. */
export interface QueuedJob {
  id: string;
  queue: string;
  priority: Priority;
}

/** A queue as the scheduler weighs it. */
export interface QueueState {
  name: string;
  /** Jobs that may run at the same time; null is any number. */
  concurrency: number | null;
  rate: RateLimit | null;
  paused: boolean;
  /** Attempts on their way, also those that have not started yet. */
  running: number;
  /** Times of the starts that may count for `rate`, earliest first. */
  starts: readonly number[];
}

/** What a job waits for; `until` in milliseconds, when it is known. The sentence is `waitSentence` in shared/waits.ts. */
export interface Wait {
  reason: WaitReason;
  until: number | null;
  detail: Message | null;
}

/** What the scheduler decides about the jobs in line. */
export interface Choice {
  /** Ids in the order of starting. */
  start: string[];
  waits: { id: string; wait: Wait }[];
  /** When a job may start without anything else happening before. */
  lookAgainAt: number | null;
}

/** What the dispatcher needs of `jobs`. */
export interface Dispatching {
  /**
   * Commits an attempt for each job that may start as `starting` and then launches it; has the others wait. While the
   * disk is full it waits until that can be written. Resolves with the time to look again, null when there is none.
   */
  dispatch(): Promise<number | null>;
}
