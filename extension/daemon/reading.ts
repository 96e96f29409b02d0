/**
 * Data from the daemon that its feed does not carry. It is read again only when it is visible and may have changed.
 */
import type { DaemonClient } from '../../shared/client/http.ts';
import { daemonGone } from '../../shared/client/request.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { after, Refresh } from '../base/refresh.ts';
import { type DaemonAccess, isLive } from './access.ts';
import { toJobdeckError } from './failure.ts';

/** The previous and the current value. Undefined while not known. */
export interface Read<T> {
  readonly before: T | undefined;
  readonly now: T | undefined;
}

export interface ReadingDeps<T> {
  readonly access: DaemonAccess;
  read(client: DaemonClient): Promise<T>;
  /** Milliseconds between two background readings. */
  readonly pace: number;
}

export class Reading<T> implements Disposable {
  readonly #deps: ReadingDeps<T>;
  readonly #refresh: Refresh;
  readonly #reads = new Emitter<Read<T>>();
  readonly #subscription: Disposable;
  #value: T | undefined;
  #problem: ErrorBody | null = null;
  #visible = false;
  #stale = true;
  #live: boolean;
  #waiting: (() => void)[] = [];

  /** Fires after each reading, and when the value is no longer valid. */
  readonly onDidRead: Event<Read<T>> = this.#reads.event;

  constructor(deps: ReadingDeps<T>) {
    this.#deps = deps;
    this.#live = isLive(deps.access.state);
    this.#refresh = new Refresh({ run: () => this.#read(), after, pace: deps.pace });
    this.#subscription = deps.access.onDidChangeState((state) => this.#linkChanged(isLive(state)));
  }

  /** The last value. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Why it could not be read although the daemon is running. */
  get problem(): ErrorBody | null {
    return this.#problem;
  }

  /** While visible, it is read as soon as it may have changed, starting now: it may have changed while hidden. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (!visible) return;
    this.#stale = true;
    this.#request('now');
  }

  /** Marks the value as possibly changed. */
  mayHaveChanged(): void {
    this.#stale = true;
    if (this.#visible) this.#request('soon');
  }

  /** Reads it now. Resolves when done; see `problem`. */
  refresh(): Promise<void> {
    this.#stale = true;
    if (!this.#live) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#request('now');
    });
  }

  /** The current value, read again if it may have changed. Undefined without a daemon, or if there is a `problem`. */
  async current(): Promise<T | undefined> {
    // A visible value is already being read if it may have changed.
    const known = this.#value !== undefined && (!this.#stale || this.#visible);
    if (!known && this.#problem === null) await this.refresh();
    return this.#value;
  }

  dispose(): void {
    this.#refresh.dispose();
    this.#subscription.dispose();
    this.#reads.dispose();
    this.#release();
  }

  #request(when: 'soon' | 'now'): void {
    if (this.#live) this.#refresh.request(when);
  }

  #linkChanged(live: boolean): void {
    if (live === this.#live) return;
    this.#live = live;
    this.#stale = true;
    if (live) {
      // Views then request it again. The editor can't tell an empty list from one that was never requested.
      this.#reads.fire({ before: undefined, now: undefined });
      if (this.#visible) this.#request('now');
      return;
    }
    const before = this.#value;
    this.#value = undefined;
    this.#problem = null;
    this.#reads.fire({ before, now: undefined });
    this.#release();
  }

  async #read(): Promise<'done' | 'again'> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#stale = false;
    const before = this.#value;
    try {
      const value = await this.#deps.read(await this.#deps.access.client());
      if (this.#live) {
        this.#value = value;
        this.#problem = null;
      }
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      this.#stale = true;
      // The connection reports a lost daemon. After reconnecting, the value is read again.
      if (!daemonGone(error)) this.#problem = error.toBody();
    }
    for (const done of waiting) done();
    this.#reads.fire({ before, now: this.#value });
    return 'done';
  }

  #release(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}

/** The first problem of several readings, or null. */
export function firstProblem(readings: readonly Pick<Reading<unknown>, 'problem'>[]): ErrorBody | null {
  return readings.find(({ problem }) => problem !== null)?.problem ?? null;
}
