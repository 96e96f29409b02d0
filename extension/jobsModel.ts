/** All jobs this window knows, by id: the one picture every surface renders from. */
import { applyFrame, emptyFeed, type FeedState } from '../shared/feed.ts';
import type { Job } from '../shared/job.ts';
import type { FeedChanges, FeedSnapshot } from '../shared/protocol.ts';
import { type Disposable, Emitter, type Event } from './event.ts';

/** What became different. With `reset` the whole picture was replaced: look at everything again. */
export interface JobsChange {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly reset: boolean;
}

export class JobsModel implements Disposable {
  readonly #emitter = new Emitter<JobsChange>();
  #feed: FeedState = emptyFeed;
  #loaded = false;

  /** Fires after the model changed, once per frame. */
  readonly onDidChange: Event<JobsChange> = this.#emitter.event;

  /** Where the feed stands: what a reconnecting client resumes from. */
  get position(): { epoch: string | null; rev: number | null } {
    return { epoch: this.#feed.epoch, rev: this.#feed.rev };
  }

  /** Whether the daemon's jobs ever arrived; before that an empty model says nothing about them. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get(id: string): Job | undefined {
    return this.#feed.jobs.get(id);
  }

  all(): Job[] {
    return [...this.#feed.jobs.values()];
  }

  /** Folds a frame of the feed in and tells who listens. A snapshot that changes nothing tells nobody. */
  apply(frame: FeedSnapshot | FeedChanges): void {
    this.#become(applyFrame(this.#feed, frame), frame.type === 'snapshot');
  }

  /** Takes jobs that were asked for rather than streamed; the next subscription begins with a snapshot. */
  replace(jobs: readonly Job[]): void {
    this.#become({ epoch: null, rev: null, jobs: new Map(jobs.map((job) => [job.id, job])) }, true);
  }

  dispose(): void {
    this.#emitter.dispose();
  }

  #become(feed: FeedState, reset: boolean): void {
    const before = this.#feed;
    const first = !this.#loaded;
    this.#feed = feed;
    this.#loaded = true;
    const { changed, removed } = difference(before, feed);
    if (first || changed.length > 0 || removed.length > 0) this.#emitter.fire({ changed, removed, reset });
  }
}

/** What differs between two pictures; a job is the same when its revision in the same database is. */
function difference(before: FeedState, after: FeedState): { changed: string[]; removed: string[] } {
  const sameDatabase = before.epoch === after.epoch;
  const changed = [...after.jobs.values()]
    .filter((job) => !sameDatabase || before.jobs.get(job.id)?.rev !== job.rev)
    .map((job) => job.id);
  return { changed, removed: [...before.jobs.keys()].filter((id) => !after.jobs.has(id)) };
}
