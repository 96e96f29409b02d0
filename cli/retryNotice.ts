/** Says that a job was retried without its environment, because the database that had it was lost. */
import type { JobDetail } from '../shared/job.ts';
import { retryNotice } from '../shared/retryNotice.ts';
import type { Output } from './output/output.ts';

export function noteRetry(out: Pick<Output, 'note'>, job: JobDetail): void {
  const notice = retryNotice(job);
  if (notice !== null) out.note(`Job ${job.id}: ${notice.message}`);
}
