/** Following an attempt of a job, from before its start until it finishes. */
import { followLog } from '../../shared/client/follow.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import { waitForJobs } from '../../shared/client/wait.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Attempt, Job, JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Session } from '../session.ts';

/** The number of the running or last attempt, or for a queued job the next one. */
export function currentAttempt(job: Pick<Job, 'status' | 'attempt'>): number {
  return job.status === 'pending' || job.status === 'waiting' ? job.attempt + 1 : job.attempt;
}

/** Whether an attempt is finished. */
function isFinished(job: Pick<Job, 'status' | 'attempt'>, attempt: number): boolean {
  return job.attempt > attempt || isTerminal(job.status);
}

/** Waits until a job satisfies `until`. Most often it already does, which is checked first. */
export async function reached(
  session: Session,
  id: string,
  until: (job: Job) => boolean,
  signal: AbortSignal,
): Promise<JobDetail> {
  const now = await session.persistently((client) => client.get(id));
  if (until(now)) return now;
  await session.persistently((client) => waitForJobs(client, [id], until, signal));
  return session.persistently((client) => client.get(id));
}

/** Passes on the output of an attempt from `offset` until it finishes. Waits for its start if necessary. */
export async function followAttempt(
  session: Session,
  id: string,
  attempt: number,
  { offset = 0, signal, write }: FollowAttempt,
): Promise<void> {
  const started = await reached(session, id, (job) => job.attempt >= attempt || isTerminal(job.status), signal);
  if (started.attempt < attempt) return;
  const reconnect = (): Promise<DaemonClient> => session.reconnect();
  for await (const bytes of followLog(await session.client(), id, attempt, { offset, signal, reconnect })) {
    await write(bytes);
  }
}

export interface FollowAttempt {
  offset?: number;
  signal: AbortSignal;
  write(bytes: Buffer): Promise<void>;
}

/** The outcome of an attempt, and its job at that time. */
export interface AttemptEnd {
  job: JobDetail;
  outcome: Pick<Attempt, 'exitCode' | 'signal' | 'error'> & { status: string };
}

/** Waits until an attempt finishes, even if the job has been retried since. JOB_NOT_FOUND. */
export async function attemptEnd(
  session: Session,
  id: string,
  attempt: number,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const job = await reached(session, id, (now) => isFinished(now, attempt), signal);
  const own = job.attempts.find(({ number }) => number === attempt);
  return { job, outcome: own === undefined || job.attempt === attempt ? job : own };
}

/** Whether there is no log, for example because the attempt never started. */
export function isLogMissing(error: unknown): error is JobdeckError {
  return error instanceof JobdeckError && withoutLog.includes(error.code);
}

const withoutLog = ['LOG_NOT_FOUND', 'LOG_UNUSABLE', 'ATTEMPT_NOT_FOUND'];
