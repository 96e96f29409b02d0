/** Finds a job or its current attempt for a command, or throws the error for that. */
import type { JobdeckError } from '../../shared/errors.ts';
import { jobProblem } from '../../shared/messages/jobCommands.ts';
import { requestProblem } from '../../shared/messages/requests.ts';
import { isTerminal } from '../../shared/status.ts';
import type { AttemptRef } from '../engines/engine.ts';
import type { Reads } from '../store/reads.ts';
import type { AttemptRow, JobRow } from '../store/rows.ts';

/** @throws JobdeckError JOB_NOT_FOUND */
export function existing(rows: Reads, id: string): JobRow {
  const job = rows.jobs.find(id);
  if (!job) throw notFound(id);
  return job;
}

/** The unfinished attempt of a job, if it has one. */
export function unfinishedAttempt(rows: Reads, job: JobRow): AttemptRow | null {
  const attempt = rows.attempts.find(job.id, job.attempt);
  return attempt?.endedAt === null ? attempt : null;
}

/** The job and attempt of a launch, if it is still the current one; null for reports that arrive too late. */
export function currentLaunch(rows: Reads, ref: AttemptRef): { job: JobRow; attempt: AttemptRow } | null {
  const job = rows.jobs.find(ref.jobId);
  const attempt = job && unfinishedAttempt(rows, job);
  return attempt && attempt.number === ref.attempt && attempt.launch === ref.launch ? { job, attempt } : null;
}

/** The reference by which engines know an attempt. */
export function refOf(job: JobRow, { number, launch }: Pick<AttemptRow, 'number' | 'launch'>): AttemptRef {
  return { jobId: job.id, attempt: number, launch };
}

/** Whether a cancel is stopping the job. A job that was only sent a signal may continue. */
export function isBeingStopped({ cancelRequestedAt, cancelSignal }: JobRow): boolean {
  return cancelRequestedAt !== null && cancelSignal === null;
}

/** @throws JobdeckError JOB_ALREADY_ENDED */
export function notEnded(job: JobRow): JobRow {
  if (!isTerminal(job.status)) return job;
  throw jobProblem('JOB_ALREADY_ENDED', { status: job.status });
}

/** @throws JobdeckError JOB_STILL_ACTIVE */
export function ended(job: JobRow): JobRow {
  if (isTerminal(job.status)) return job;
  throw jobProblem('JOB_STILL_ACTIVE', { status: job.status });
}

export function notFound(id: string): JobdeckError {
  return requestProblem('JOB_NOT_FOUND', { id });
}

export function notRunning(id: string): JobdeckError {
  return jobProblem('JOB_NOT_RUNNING/ended', { id });
}
