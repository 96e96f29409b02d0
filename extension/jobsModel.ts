/** All jobs this window knows, by id: the one picture every surface renders from. */
import { applyFrame, emptyFeed, type FeedState } from '../shared/feed.ts';
import type { FeedChanges, FeedSnapshot } from '../shared/feedMessages.ts';
import type { Job } from '../shared/job.ts';
import { isTerminal } from '../shared/status.ts';
import { feedHistory } from '../shared/wire.ts';
import { type Disposable, Emitter, type Event } from './event.ts';

/** What became different. With `reset` the whole picture was replaced: look at everything again. */
export interface JobsChange {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly reset: boolean;
}

/** What was heard of finished jobs that are too old for the picture. */
export interface OlderChange {
  /** As they are now; those that have just become too old are among them. */
  readonly jobs: readonly Job[];
  /** Ids of removed jobs, whether they were in the picture or not. */
  readonly removed: readonly string[];
  /** Nothing is known of what happened to older jobs: ask again. */
  readonly reset: boolean;
}

export class JobsModel implements Disposable {
  readonly #emitter = new Emitter<JobsChange>();
  readonly #older = new Emitter<OlderChange>();
  #feed: FeedState = emptyFeed;
  #loaded = false;
  /** Found when it is asked for. */
  #horizon: string | null | undefined;

  /** Fires after the model changed, once per frame. */
  readonly onDidChange: Event<JobsChange> = this.#emitter.event;

  /** Fires when something was heard of older jobs than the model has, after `onDidChange`. */
  readonly onDidHearOfOlder: Event<OlderChange> = this.#older.event;

  /** Where the feed stands: what a reconnecting client resumes from. */
  get position(): { epoch: string | null; rev: number | null } {
    return { epoch: this.#feed.epoch, rev: this.#feed.rev };
  }

  /** Whether the daemon's jobs ever arrived; before that an empty model says nothing about them. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** The end of the oldest finished job; older ones may be left out. Null when there are none but those of the model. */
  get horizon(): string | null {
    if (this.#horizon === undefined) {
      const ends = this.all().flatMap(({ status, endedAt }) => (isTerminal(status) ? (endedAt ?? []) : []));
      this.#horizon = ends.length < feedHistory ? null : (ends.sort()[0] ?? null);
    }
    return this.#horizon;
  }

  get(id: string): Job | undefined {
    return this.#feed.jobs.get(id);
  }

  all(): Job[] {
    return [...this.#feed.jobs.values()];
  }

  /** Folds a frame of the feed in and tells who listens. A snapshot that changes nothing tells nobody. */
  apply(frame: FeedSnapshot | FeedChanges): void {
    const before = this.#feed;
    this.#become(applyFrame(before, frame), frame.type === 'snapshot');
    if (frame.type === 'snapshot') this.#older.fire({ jobs: [], removed: [], reset: true });
    else this.#tellOlder(before, frame);
  }

  /** Takes jobs that were asked for rather than streamed; the next subscription begins with a snapshot. */
  replace(jobs: readonly Job[]): void {
    this.#become({ epoch: null, rev: null, jobs: new Map(jobs.map((job) => [job.id, job])) }, true);
    this.#older.fire({ jobs: [], removed: [], reset: true });
  }

  dispose(): void {
    this.#emitter.dispose();
    this.#older.dispose();
  }

  #tellOlder(before: FeedState, { jobs, removed }: FeedChanges): void {
    const now = this.#feed.jobs;
    const gone = new Set(removed);
    const older = new Map<string, Job>();
    for (const [id, job] of before.jobs) if (!now.has(id) && !gone.has(id)) older.set(id, job);
    for (const job of jobs) if (!now.has(job.id) && !gone.has(job.id)) older.set(job.id, job);
    if (older.size + removed.length > 0) this.#older.fire({ jobs: [...older.values()], removed, reset: false });
  }

  #become(feed: FeedState, reset: boolean): void {
    const before = this.#feed;
    const first = !this.#loaded;
    this.#feed = feed;
    this.#horizon = undefined;
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
