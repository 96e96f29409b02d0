/**
 * Sends a snapshot of many jobs as several messages, so that neither side holds all of it as one text and a window stays
 * responsive in between. Clients opt in by the address they connect to.
 */
import type { FeedMessage, FeedPart, FeedSnapshot } from './feedMessages.ts';
import type { Job } from './job.ts';

/** The change feed's address for clients that accept parts. Daemons that send none treat it as the plain address. */
export const streamInParts = '/v1/stream?parts';

/** About 300 kB. */
const jobsPerPart = 250;

/** The messages of a snapshot: parts if it has many jobs, then the snapshot with the remaining jobs. */
export function inParts({ jobs, ...snapshot }: FeedSnapshot): (FeedPart | FeedSnapshot)[] {
  const messages: (FeedPart | FeedSnapshot)[] = [];
  let from = 0;
  for (; from + jobsPerPart < jobs.length; from += jobsPerPart) {
    messages.push({ type: 'part', jobs: jobs.slice(from, from + jobsPerPart) });
  }
  return [...messages, { ...snapshot, jobs: jobs.slice(from) }];
}

/** Joins the parts that arrive on one connection. */
export class FeedParts {
  #jobs: Job[] = [];

  /** The message, with all of its jobs if it is a snapshot; null for a part, because more messages follow. */
  join(message: FeedMessage | FeedPart): FeedMessage | null {
    if (message.type === 'part') {
      this.#jobs.push(...message.jobs);
      return null;
    }
    if (message.type !== 'snapshot') return message;
    const jobs = [...this.#jobs, ...message.jobs];
    this.#jobs = [];
    return { ...message, jobs };
  }
}
