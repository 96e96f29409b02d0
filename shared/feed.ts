/** Keeps a client's set of jobs up to date with the change feed. */
import type { FeedChanges, FeedSnapshot } from './feedMessages.ts';
import type { Job } from './job.ts';
import { isTerminal, shownStatus } from './status.ts';
import { feedHistory } from './wire.ts';

/** The state of a client: the jobs by ID, and its position in the feed. */
export interface FeedState {
  readonly epoch: string | null;
  readonly rev: number | null;
  readonly jobs: ReadonlyMap<string, Job>;
}

/** The state of a new client. */
export const emptyFeed: FeedState = { epoch: null, rev: null, jobs: new Map() };

/** The order of finished jobs in the history: latest end first, ties by ID. */
export function byEndDescending(a: Job, b: Job): number {
  return descending(a.endedAt ?? '', b.endedAt ?? '') || descending(a.id, b.id);
}

/** Compares by code units, as the database does, because the order of letters depends on the language. */
function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

function hasOnlyProgressed(before: Job, now: Job): boolean {
  const state = (job: Job) => `${shownStatus(job)} ${job.waitReason} ${job.title}`;
  return state(before) === state(now);
}

/** What a frame changed in a client's set of jobs. */
export interface FeedDifference {
  /** IDs of jobs that were added or changed. */
  readonly changed: readonly string[];
  /** IDs of jobs that are no longer in the set. */
  readonly removed: readonly string[];
  /** Finished jobs beyond the limit, in their latest state, whether they were in the set before or not. */
  readonly tooOld: readonly Job[];
  /** Whether only details such as progress changed: no job was added or removed, or changed its status, wait reason or title. */
  readonly progressOnly: boolean;
}

/**
 * The jobs of one client, updated by frames: all active jobs and the latest `limit` finished ones. A client that resumed
 * has the same jobs as a new one, because the daemon sends a snapshot whenever a removal could make room for older
 * history. The cost of an update depends on the number of changes, not on the number of jobs.
 */
export class FeedPicture implements FeedState {
  readonly #limit: number;
  readonly #jobs = new Map<string, Job>();
  readonly #finished = new Set<string>();
  #epoch: string | null = null;
  #rev: number | null = null;

  constructor(from: FeedState = emptyFeed, limit = feedHistory) {
    this.#limit = limit;
    this.replace(from.epoch, from.rev, from.jobs.values());
  }

  get epoch(): string | null {
    return this.#epoch;
  }

  get rev(): number | null {
    return this.#rev;
  }

  get jobs(): ReadonlyMap<string, Job> {
    return this.#jobs;
  }

  apply(frame: FeedSnapshot | FeedChanges): FeedDifference {
    return frame.type === 'snapshot' ? this.replace(frame.epoch, frame.rev, frame.jobs) : this.#change(frame);
  }

  /** Replaces all jobs. A job is unchanged if its revision is, provided that the database is the same. */
  replace(epoch: string | null, rev: number | null, jobs: Iterable<Job>): FeedDifference {
    const before = new Map(this.#jobs);
    const isSameDatabase = epoch === this.#epoch;
    this.#epoch = epoch;
    this.#rev = rev;
    this.#jobs.clear();
    this.#finished.clear();
    const changed: string[] = [];
    for (const job of jobs) {
      if (!isSameDatabase || before.get(job.id)?.rev !== job.rev) changed.push(job.id);
      this.#put(job);
    }
    const removed = [...before.keys()].filter((id) => !this.#jobs.has(id));
    return { changed, removed, tooOld: [], progressOnly: false };
  }

  #change(frame: FeedChanges): FeedDifference {
    this.#rev = frame.rev;
    const added = new Set<string>();
    const changed = new Set<string>();
    let progressOnly = true;
    for (const job of frame.jobs) {
      const before = this.#jobs.get(job.id);
      if (before === undefined) added.add(job.id);
      if (before?.rev !== job.rev) changed.add(job.id);
      progressOnly &&= before !== undefined && hasOnlyProgressed(before, job);
      this.#put(job);
    }
    const removed = frame.removed.filter((id) => this.#drop(id));
    const tooOld = this.#makeRoom();
    for (const { id } of tooOld) {
      changed.delete(id);
      if (!added.has(id)) removed.push(id);
    }
    return { changed: [...changed], removed, tooOld, progressOnly: progressOnly && removed.length === 0 };
  }

  #put(job: Job): void {
    this.#jobs.set(job.id, job);
    if (isTerminal(job.status)) this.#finished.add(job.id);
    else this.#finished.delete(job.id);
  }

  #drop(id: string): boolean {
    this.#finished.delete(id);
    return this.#jobs.delete(id);
  }

  /** Removes and returns the finished jobs beyond the latest `limit`. */
  #makeRoom(): Job[] {
    if (this.#finished.size <= this.#limit) return [];
    const finished = [...this.#finished].flatMap((id) => this.#jobs.get(id) ?? []);
    const tooOld = finished.sort(byEndDescending).slice(this.#limit);
    for (const { id } of tooOld) this.#drop(id);
    return tooOld;
  }
}
