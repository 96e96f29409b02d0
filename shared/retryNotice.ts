/** What the user should know about a job that was just retried. */
import type { JobDetail, JobEvent } from './job.ts';

const ofRetries = ['timeline.retried', 'timeline.retriedWithCommand'];
const notice = 'timeline.environmentLost';

/** The timeline entry that warns of the latest retry: the environment of the job was lost. Null if there is none. */
export function retryNotice({ events }: Pick<JobDetail, 'events'>): JobEvent | null {
  const latest = events.findLast(({ code }) => code !== null && (code === notice || ofRetries.includes(code)));
  return latest?.code === notice ? latest : null;
}
