/** Delivers lines in order and passes on the daemon's replies. */
import { JobdeckError } from '../../errors.ts';
import type { Report, ReportBatch, ReportReply } from '../../reporting.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';

/** Called with the daemon's replies during delivery. */
export interface DeliveryHandlers {
  /** The daemon has committed the start of a job. */
  started(key: string, id: string): void;
  /** The job's status after its reports. */
  updated(reply: ReportReply): void;
  /** The daemon rejected a report on this job for good. */
  rejected(key: string, error: { message: string }): void;
}

/** Errors after which the same request may succeed later. */
const temporaryCodes = [
  'DAEMON_UNREACHABLE',
  'DAEMON_STARTING',
  'DAEMON_STOPPING',
  'STORAGE_FULL',
  'STORAGE_FAILED',
  'UNAUTHORIZED',
  'INTERNAL',
];
const isTemporary = (code: string) => temporaryCodes.includes(code) || code === 'TOO_MANY_CONNECTIONS';

/** Job IDs by key. Null for jobs whose start was rejected. */
export type Ids = Map<string, string | null>;

/**
 * Delivers lines. Resolves when the daemon has accepted or finally rejected each of them. Rejects if the daemon is
 * unavailable; then all lines can be delivered again, because the daemon ignores duplicates.
 */
export async function deliver(
  link: Link,
  lines: readonly Line[],
  { ids, handlers }: { ids: Ids; handlers: DeliveryHandlers },
): Promise<void> {
  let reports: { key: string; jobId: string; report: Report }[] = [];
  const flush = async () => {
    const ready = reports;
    reports = [];
    if (ready.length > 0) await send(link, ready, handlers);
  };
  for (const { key, id, start, report } of lines) {
    if (start !== undefined) {
      await flush();
      await startJob(link, key, start, { ids, handlers });
    } else if (report !== undefined) {
      const jobId = id ?? ids.get(key);
      if (jobId) reports.push({ key, jobId, report });
      else if (jobId === undefined) handlers.rejected(key, { message: 'The start of the job is missing.' });
    }
  }
  await flush();
}

async function startJob(
  link: Link,
  key: string,
  start: NonNullable<Line['start']>,
  { ids, handlers }: { ids: Ids; handlers: DeliveryHandlers },
): Promise<void> {
  try {
    const { job } = await link.start(start);
    ids.set(key, job.id);
    handlers.started(key, job.id);
  } catch (error) {
    if (!(error instanceof JobdeckError) || isTemporary(error.code)) throw error;
    ids.set(key, null);
    handlers.rejected(key, error);
  }
}

async function send(
  link: Link,
  reports: readonly { key: string; jobId: string; report: Report }[],
  handlers: DeliveryHandlers,
): Promise<void> {
  const keys = new Map(reports.map(({ key, jobId }) => [jobId, key]));
  const response = await link.report(byJob(reports));
  for (const reply of response.jobs) handlers.updated(reply);
  if (response.type === 'reported') return;
  for (const { jobId, error } of response.refused) {
    if (isTemporary(error.code)) throw new JobdeckError(error);
    const ofJob = reports.filter((one) => one.jobId === jobId);
    if (ofJob.length > 1 && error.code !== 'JOB_NOT_FOUND' && error.code !== 'FORBIDDEN_JOB') {
      // One invalid report blocks the others of its job. Sent one by one, only that one is rejected.
      for (const one of ofJob) await send(link, [one], handlers);
    } else handlers.rejected(keys.get(jobId) ?? jobId, error);
  }
}

/** Groups reports by job, in order. */
function byJob(reports: readonly { jobId: string; report: Report }[]): ReportBatch['jobs'] {
  const jobs = new Map<string, Report[]>();
  for (const { jobId, report } of reports) {
    const list = jobs.get(jobId);
    if (list === undefined) jobs.set(jobId, [report]);
    else list.push(report);
  }
  return [...jobs].map(([jobId, list]) => ({ jobId, reports: list }));
}
