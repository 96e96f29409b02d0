/** All jobs this window knows, by id: the one picture every surface renders from. */
import { type FeedDifference, FeedPicture } from '../../shared/feed.ts';
import type { FeedChanges, FeedSnapshot } from '../../shared/feedMessages.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { feedHistory } from '../../shared/wire.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';

/** What became different. With `reset` the whole picture was replaced: look at everything again. */
export interface JobsChange extends Pick<FeedDifference, 'progressOnly'> {
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
  readonly #feed = new FeedPicture();
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
    const reset = frame.type === 'snapshot';
    const difference = this.#feed.apply(frame);
    this.#tell(difference, reset);
    const older = { jobs: difference.tooOld, removed: reset ? [] : frame.removed, reset };
    if (reset || older.jobs.length + older.removed.length > 0) this.#older.fire(older);
  }

  /** Takes jobs that were asked for rather than streamed; the next subscription begins with a snapshot. */
  replace(jobs: readonly Job[]): void {
    this.#tell(this.#feed.replace(null, null, jobs), true);
    this.#older.fire({ jobs: [], removed: [], reset: true });
  }

  dispose(): void {
    this.#emitter.dispose();
    this.#older.dispose();
  }

  #tell({ changed, removed, progressOnly }: FeedDifference, reset: boolean): void {
    const first = !this.#loaded;
    this.#loaded = true;
    this.#horizon = undefined;
    if (first || changed.length > 0 || removed.length > 0)
      this.#emitter.fire({ changed, removed, reset, progressOnly });
  }
}
