/** Finding a job or its current attempt for a command, with the error that says why there is none. */
import { JobdeckError } from '../../shared/errors.ts';
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

/** The attempt that has not ended, if there is one. */
export function unfinishedAttempt(rows: Reads, job: JobRow): AttemptRow | null {
  const attempt = rows.attempts.find(job.id, job.attempt);
  return attempt?.endedAt === null ? attempt : null;
}

/** The job and attempt of a launch that is still the current one; null when a report comes too late. */
export function currentLaunch(rows: Reads, ref: AttemptRef): { job: JobRow; attempt: AttemptRow } | null {
  const job = rows.jobs.find(ref.jobId);
  const attempt = job && unfinishedAttempt(rows, job);
  return attempt && attempt.number === ref.attempt && attempt.launch === ref.launch ? { job, attempt } : null;
}

/** What engines know an attempt by. */
export function refOf(job: JobRow, { number, launch }: Pick<AttemptRow, 'number' | 'launch'>): AttemptRef {
  return { jobId: job.id, attempt: number, launch };
}

/** @throws JobdeckError JOB_ALREADY_ENDED */
export function notEnded(job: JobRow): JobRow {
  if (!isTerminal(job.status)) return job;
  throw new JobdeckError('JOB_ALREADY_ENDED', `The job ${job.id} has already ended: it is ${job.status}.`);
}

/** @throws JobdeckError JOB_STILL_ACTIVE */
export function ended(job: JobRow): JobRow {
  if (isTerminal(job.status)) return job;
  throw new JobdeckError(
    'JOB_STILL_ACTIVE',
    `The job ${job.id} is still ${job.status}.`,
    'Cancel it, or wait for its end.',
  );
}

export function notFound(id: string): JobdeckError {
  return new JobdeckError('JOB_NOT_FOUND', `There is no job ${id}.`, 'It may have been removed.');
}

export function notRunning(id: string): JobdeckError {
  return new JobdeckError('JOB_NOT_RUNNING', `The job ${id} runs no more.`, 'See how it ended with “jobdeck show”.');
}
