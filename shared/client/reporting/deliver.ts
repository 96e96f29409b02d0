/** Delivers lines, in their order, and tells what the daemon says of each job. */
import { JobdeckError } from '../../errors.ts';
import type { Report, ReportBatch, ReportReply } from '../../reporting.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';

/** What becomes of jobs while their reports are delivered. */
export interface Told {
  /** The start of a job is committed. */
  started(key: string, id: string): void;
  /** How a job stands after its reports. */
  stands(reply: ReportReply): void;
  /** The daemon takes no such report: of a job, or for null in general. */
  refused(key: string, error: { message: string }): void;
}

/** Errors after which the same may be taken later. */
const passing = ['DAEMON_UNREACHABLE', 'DAEMON_STOPPING', 'STORAGE_FULL', 'STORAGE_FAILED', 'UNAUTHORIZED', 'INTERNAL'];
const isPassing = (code: string) => passing.includes(code) || code === 'TOO_MANY_CONNECTIONS';

/** Ids of jobs by their keys, and null for those the daemon did not start. */
export type Ids = Map<string, string | null>;

/**
 * Delivers lines. Resolves when the daemon has them or has refused them for good; rejects when it is away or can't take
 * them now. Then all of them may be delivered again: it takes nothing twice.
 */
export async function deliver(
  link: Link,
  lines: readonly Line[],
  { ids, told }: { ids: Ids; told: Told },
): Promise<void> {
  let reports: { key: string; jobId: string; report: Report }[] = [];
  const flush = async () => {
    const ready = reports;
    reports = [];
    if (ready.length > 0) await send(link, ready, told);
  };
  for (const { key, id, start, report } of lines) {
    if (start !== undefined) {
      await flush();
      await startJob(link, key, start, { ids, told });
    } else if (report !== undefined) {
      const jobId = id ?? ids.get(key);
      if (jobId) reports.push({ key, jobId, report });
      else if (jobId === undefined) told.refused(key, { message: 'The start of the job is missing.' });
    }
  }
  await flush();
}

async function startJob(
  link: Link,
  key: string,
  start: NonNullable<Line['start']>,
  { ids, told }: { ids: Ids; told: Told },
): Promise<void> {
  try {
    const { job } = await link.start(start);
    ids.set(key, job.id);
    told.started(key, job.id);
  } catch (error) {
    if (!(error instanceof JobdeckError) || isPassing(error.code)) throw error;
    ids.set(key, null);
    told.refused(key, error);
  }
}

async function send(
  link: Link,
  reports: readonly { key: string; jobId: string; report: Report }[],
  told: Told,
): Promise<void> {
  const keys = new Map(reports.map(({ key, jobId }) => [jobId, key]));
  const answer = await link.report(byJob(reports));
  for (const reply of answer.jobs) told.stands(reply);
  if (answer.type === 'reported') return;
  for (const { jobId, error } of answer.refused) {
    if (isPassing(error.code)) throw new JobdeckError(error);
    const own = reports.filter((one) => one.jobId === jobId);
    if (own.length > 1 && error.code !== 'JOB_NOT_FOUND' && error.code !== 'FORBIDDEN_JOB') {
      // One of them spoils the others: one by one only that one is refused.
      for (const one of own) await send(link, [one], told);
    } else told.refused(keys.get(jobId) ?? jobId, error);
  }
}

/** Reports as a batch has them: by job, in their order. */
function byJob(reports: readonly { jobId: string; report: Report }[]): ReportBatch['jobs'] {
  const jobs = new Map<string, Report[]>();
  for (const { jobId, report } of reports) {
    const list = jobs.get(jobId);
    if (list === undefined) jobs.set(jobId, [report]);
    else list.push(report);
  }
  return [...jobs].map(([jobId, list]) => ({ jobId, reports: list }));
}
