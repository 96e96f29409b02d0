/**
 * A snapshot of many jobs in several messages, so that neither side holds all of it as one text, and whatever else a window
 * does gets its turn in between. Only for clients that ask for it by the address they connect to.
 */
import type { FeedMessage, FeedPart, FeedSnapshot } from './feedMessages.ts';
import type { Job } from './job.ts';

/** The address of the change feed for clients that take parts; a daemon that knows none takes it for the plain one. */
export const streamInParts = '/v1/stream?parts';

/** About 300 kB. */
const jobsPerPart = 250;

/** The messages of a snapshot: parts of it, if it has many jobs, and then itself with the rest of them. */
export function inParts({ jobs, ...snapshot }: FeedSnapshot): (FeedPart | FeedSnapshot)[] {
  const messages: (FeedPart | FeedSnapshot)[] = [];
  let from = 0;
  for (; from + jobsPerPart < jobs.length; from += jobsPerPart) {
    messages.push({ type: 'part', jobs: jobs.slice(from, from + jobsPerPart) });
  }
  return [...messages, { ...snapshot, jobs: jobs.slice(from) }];
}

/** Puts the parts of one connection together. */
export class FeedParts {
  #jobs: Job[] = [];

  /** The message, a snapshot with all of its jobs; null for a part, of which the rest is on its way. */
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
