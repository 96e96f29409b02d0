/** What `jobs`, the only writer of a job's life, offers the api and needs from the rest. */
import type { Command, JobDetail, JobStatus, Priority, Resources } from '../../shared/job.ts';
import type { CleanReply, CleanRequest, SubmitRequest } from '../../shared/protocol.ts';

/** Commands on jobs. Each resolves after the commit, with the job as committed; expected failures are JobdeckErrors. */
export interface JobCommands {
  /** EMPTY_COMMAND, CWD_MISSING. With a known `idempotencyKey` the job that has it. */
  submit(request: SubmitRequest): Promise<JobDetail>;
  /** As `submit`; `created` is false when the job was there already. */
  submitOnce(request: SubmitRequest): Promise<Submitted>;
  /** JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE. Repeating a cancel on its way is no error. */
  cancel(id: string): Promise<JobDetail>;
  /** Pauses a running job or lets it go on; as it is already is no error. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE. */
  setPaused(id: string, paused: boolean): Promise<JobDetail>;
  /** Adds an attempt to a job that has ended. JOB_NOT_FOUND, JOB_STILL_ACTIVE, EMPTY_COMMAND, CWD_MISSING. */
  retry(id: string, command?: Command): Promise<JobDetail>;
  /** Removes a finished job with its logs. JOB_NOT_FOUND, JOB_STILL_ACTIVE. */
  remove(id: string): Promise<void>;
  /** Removes all finished jobs, or those of these statuses. Returns how many. */
  clear(statuses?: JobStatus[]): Promise<number>;
  /** Removes old finished jobs, or counts them. INVALID_REQUEST for a time that is none. */
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

/** What is looked at beside the store. */
export interface JobViews {
  /** What a job's processes use now; null unless it runs and its engine can tell. */
  resources(id: string): Promise<Resources | null>;
}

/** Files of an attempt's output, which the store does not hold. */
export interface LogFiles {
  /** Absolute path of an attempt's log. */
  path(jobId: string, attempt: number): string;
  /** Size in bytes, or null when there is no such file. */
  size(jobId: string, attempt: number): number | null;
  /** Deletes all logs of a job. */
  remove(jobId: string): Promise<void>;
}

/** A pending job as the scheduler weighs it. */
export interface PendingJob {
  id: string;
  engine: string;
  queue: string;
  priority: Priority;
}

/** What the scheduler needs of `jobs`. */
export interface Dispatching {
  /**
   * Asks `choose` which of the pending jobs, given in the order they were queued, start now, and in which order; commits
   * an attempt for each as `starting` and then launches it. While the disk is full it waits until that can be written.
   */
  dispatch(choose: (pending: PendingJob[]) => PendingJob[]): Promise<void>;
}
