/** How a client folds the change feed into its picture of the jobs. */
import type { FeedChanges, FeedSnapshot } from './feedMessages.ts';
import type { Job } from './job.ts';
import { isTerminal, shownStatus } from './status.ts';
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

function standsAsBefore(before: Job, now: Job): boolean {
  const stands = (job: Job) => `${shownStatus(job)} ${job.waitReason} ${job.title}`;
  return stands(before) === stands(now);
}

/** What a frame made different in the picture of a client. */
export interface FeedDifference {
  /** Ids of jobs that came or changed. */
  readonly changed: readonly string[];
  /** Ids of jobs that were in the picture and are not any more. */
  readonly removed: readonly string[];
  /** Finished jobs for which there was no room, as they are now, whether they had been in the picture or not. */
  readonly tooOld: readonly Job[];
  /** Jobs only moved on, as in their progress: none came or went, or has another status, reason to wait or title. */
  readonly progressOnly: boolean;
}

/**
 * The picture of one client, kept up by frames. It holds all active jobs and the latest `limit` finished ones, so a client
 * that resumed shows what a fresh one shows (the daemon sends a snapshot whenever a removal could make room for older
 * history). Changes cost what has changed, however many jobs there are.
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

  /** Takes these for all there is. A job is the same as before when its revision in the same database is. */
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
    const came = new Set<string>();
    const changed = new Set<string>();
    let progressOnly = true;
    for (const job of frame.jobs) {
      const before = this.#jobs.get(job.id);
      if (before === undefined) came.add(job.id);
      if (before?.rev !== job.rev) changed.add(job.id);
      progressOnly &&= before !== undefined && standsAsBefore(before, job);
      this.#put(job);
    }
    const removed = frame.removed.filter((id) => this.#drop(id));
    const tooOld = this.#makeRoom();
    for (const { id } of tooOld) {
      changed.delete(id);
      if (!came.has(id)) removed.push(id);
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

  /** Lets go of the finished jobs beyond the latest `limit`. */
  #makeRoom(): Job[] {
    if (this.#finished.size <= this.#limit) return [];
    const finished = [...this.#finished].flatMap((id) => this.#jobs.get(id) ?? []);
    const tooOld = finished.sort(byEndDescending).slice(this.#limit);
    for (const { id } of tooOld) this.#drop(id);
    return tooOld;
  }
}
