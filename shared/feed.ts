/** How a client folds the change feed into its picture of the jobs. */

import type { FeedChanges, FeedSnapshot } from './feedMessages.ts';
import type { Job } from './job.ts';
import { isTerminal } from './status.ts';
import { feedHistory } from './wire.ts';

/** What a client knows: the jobs by id, and the point of the feed it stands at. */
export interface FeedState {
  readonly epoch: string | null;
  readonly rev: number | null;
  readonly jobs: ReadonlyMap<string, Job>;
}

/** A client that knows nothing yet. */
export const emptyFeed: FeedState = { epoch: null, rev: null, jobs: new Map() };

/** Finished jobs in the order history shows them: latest end first, ties by id. */
export function byEndDescending(a: Job, b: Job): number {
  return descending(a.endedAt ?? '', b.endedAt ?? '') || descending(a.id, b.id);
}

/** By code units, as the database compares: some languages have another order of letters. */
function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

/** Ids of finished jobs beyond the latest `limit`. */
function beyondHistory(jobs: ReadonlyMap<string, Job>, limit: number): string[] {
  const finished = [...jobs.values()].filter((job) => isTerminal(job.status));
  return finished.length <= limit
    ? []
    : finished
        .sort(byEndDescending)
        .slice(limit)
        .map((job) => job.id);
}

/**
 * The state after a frame. It holds all active jobs and the latest `limit` finished ones, so a client that resumed
 * shows what a fresh one shows (the daemon sends a snapshot whenever a removal could make room for older history).
 */
export function applyFrame(state: FeedState, frame: FeedSnapshot | FeedChanges, limit = feedHistory): FeedState {
  if (frame.type === 'snapshot') {
    return { epoch: frame.epoch, rev: frame.rev, jobs: new Map(frame.jobs.map((job) => [job.id, job])) };
  }
  const jobs = new Map(state.jobs);
  for (const job of frame.jobs) jobs.set(job.id, job);
  for (const id of frame.removed) jobs.delete(id);
  for (const id of beyondHistory(jobs, limit)) jobs.delete(id);
  return { epoch: state.epoch, rev: frame.rev, jobs };
}
