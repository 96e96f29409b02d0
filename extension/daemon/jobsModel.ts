/** All jobs this window knows, by ID. Every view renders from this model. */
import { type FeedDifference, FeedPicture } from '../../shared/feed.ts';
import type { FeedChanges, FeedSnapshot } from '../../shared/feedMessages.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { feedHistory } from '../../shared/wire.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';

/** What changed. With `reset`, all jobs were replaced. */
export interface JobsChange extends Pick<FeedDifference, 'progressOnly'> {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly reset: boolean;
}

/** Changes of finished jobs that are too old for the model. */
export interface OlderChange {
  /** The changed jobs, including those that just became too old. */
  readonly jobs: readonly Job[];
  /** IDs of removed jobs, whether they were in the model or not. */
  readonly removed: readonly string[];
  /** Changes of older jobs may have been missed. Request them again. */
  readonly reset: boolean;
}

export class JobsModel implements Disposable {
  readonly #emitter = new Emitter<JobsChange>();
  readonly #older = new Emitter<OlderChange>();
  readonly #feed = new FeedPicture();
  #loaded = false;
  /** Computed on demand. */
  #horizon: string | null | undefined;

  /** Fires once per frame after the model changed. */
  readonly onDidChange: Event<JobsChange> = this.#emitter.event;

  /** Fires when jobs changed that are too old for the model, after `onDidChange`. */
  readonly onDidChangeOlder: Event<OlderChange> = this.#older.event;

  /** Position in the feed from which a reconnecting client resumes. */
  get position(): { epoch: string | null; rev: number | null } {
    return { epoch: this.#feed.epoch, rev: this.#feed.rev };
  }

  /** Whether the daemon's jobs have been received. Until then, an empty model does not mean there are no jobs. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** End time of the oldest finished job in the model. Null if the model has all jobs. */
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

  /** Applies a frame of the feed and notifies listeners. A snapshot without changes fires no event. */
  apply(frame: FeedSnapshot | FeedChanges): void {
    const reset = frame.type === 'snapshot';
    const difference = this.#feed.apply(frame);
    this.#emit(difference, reset);
    const older = { jobs: difference.tooOld, removed: reset ? [] : frame.removed, reset };
    if (reset || older.jobs.length + older.removed.length > 0) this.#older.fire(older);
  }

  /** Replaces all jobs with polled ones. The next subscription starts with a snapshot. */
  replace(jobs: readonly Job[]): void {
    this.#emit(this.#feed.replace(null, null, jobs), true);
    this.#older.fire({ jobs: [], removed: [], reset: true });
  }

  dispose(): void {
    this.#emitter.dispose();
    this.#older.dispose();
  }

  #emit({ changed, removed, progressOnly }: FeedDifference, reset: boolean): void {
    const first = !this.#loaded;
    this.#loaded = true;
    this.#horizon = undefined;
    if (first || changed.length > 0 || removed.length > 0)
      this.#emitter.fire({ changed, removed, reset, progressOnly });
  }
}
