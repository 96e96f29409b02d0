/** References to logs by job and attempt, as the query of a document URI and as a file name. */
import type { JobDetail } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';

export interface LogRef {
  readonly jobId: string;
  readonly attempt: number;
}

/** Equal for the same attempt of the same job. */
export function logKey({ jobId, attempt }: LogRef): string {
  return `${jobId}#${attempt}`;
}

export function toQuery({ jobId, attempt }: LogRef): string {
  return new URLSearchParams({ job: jobId, attempt: String(attempt) }).toString();
}

/** The log that a query refers to, or null. */
export function fromQuery(query: string): LogRef | null {
  const params = new URLSearchParams(query);
  const jobId = params.get('job') ?? '';
  const attempt = Number(params.get('attempt'));
  // An ID is a single path segment, so that it can't point outside the log folder.
  return /^[\w-]{1,100}$/.test(jobId) && Number.isSafeInteger(attempt) && attempt > 0 ? { jobId, attempt } : null;
}

/** Name of the document's tab: `npm run build #2.log`. Slashes would be folders, so others that look like them are used. */
export function logFileName(title: string, attempt: number): string {
  const name = title
    .replace(/(^|\s)\.[\\/](?=\S)/g, '$1')
    .replace(/[\\/]/g, '\u2215')
    .replace(/[:*?"<>|\s]+/g, ' ')
    .trim()
    .slice(0, 80)
    .trim();
  return `${name || 'job'} #${attempt}.log`;
}

/** Number of the attempt that a job runs, or is about to run, after it was submitted or retried. */
export function startingAttempt({ status, attempts }: Pick<JobDetail, 'status' | 'attempts'>): number {
  const last = attempts.at(-1);
  if (last === undefined) return 1;
  const unfinished = last.status === 'starting' || last.status === 'running';
  return unfinished || isTerminal(status) ? last.number : last.number + 1;
}
