/** Remote jobs in the form that engines receive. */
import type { OpenJob } from '../../engines/remote.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';

export type KnownJob = OpenJob & { input: unknown; metadata: unknown };

export function toOpenJob(rows: Reads, job: JobRow): OpenJob {
  const externalId = job.externalId ?? '';
  const base = rows.remote.find(job.connection ?? '', externalId)?.base ?? 0;
  return {
    jobId: job.id,
    externalId,
    attempt: Math.max(0, job.attempt - base),
    status: job.status,
    worker: job.worker,
    queuedAt: job.queuedAt,
    startedAt: job.startedAt,
    lastActivityAt: job.lastActivityAt,
    cancelRequested: job.cancelRequestedAt !== null,
  };
}

/** An open job with its input and metadata. */
export function toKnownJob(rows: Reads, job: JobRow): KnownJob {
  const data = rows.jobs.data(job.id);
  const json = (text: string | null | undefined): unknown => (text == null ? null : JSON.parse(text));
  return { ...toOpenJob(rows, job), input: json(data?.input), metadata: json(data?.metadata) };
}
