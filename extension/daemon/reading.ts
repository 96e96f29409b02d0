/**
 * Something read from the daemon that its feed does not carry: read again when somebody may see it and it may have
 * become different, never otherwise.
 */
import type { DaemonClient } from '../../shared/client/http.ts';
import { daemonGone } from '../../shared/client/request.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { after, Refresh } from '../base/refresh.ts';
import { type DaemonAccess, isLive } from './access.ts';
import { toJobdeckError } from './failure.ts';

/** What was read before and now; undefined while nothing is known. */
export interface Read<T> {
  readonly before: T | undefined;
  readonly now: T | undefined;
}

export interface ReadingDeps<T> {
  readonly access: DaemonAccess;
  read(client: DaemonClient): Promise<T>;
  /** Milliseconds between two readings that nobody waits for. */
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

  /** Fires after each reading, and when what was read is no longer known to be so. */
  readonly onDidRead: Event<Read<T>> = this.#reads.event;

  constructor(deps: ReadingDeps<T>) {
    this.#deps = deps;
    this.#live = isLive(deps.access.state);
    this.#refresh = new Refresh({ run: () => this.#read(), after, pace: deps.pace });
    this.#subscription = deps.access.onDidChangeState((state) => this.#linkChanged(isLive(state)));
  }

  /** What was read last. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Why it could not be read although the daemon is there. */
  get problem(): ErrorBody | null {
    return this.#problem;
  }

  /** While it is visible, it is read as soon as it may have changed, beginning now: others may have changed it unseen. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (!visible) return;
    this.#stale = true;
    this.#request('now');
  }

  /** It may have become different. */
  mayHaveChanged(): void {
    this.#stale = true;
    if (this.#visible) this.#request('soon');
  }

  /** Reads it now: somebody has just changed it, or asks for it. Resolves when it is read; see `problem`. */
  refresh(): Promise<void> {
    this.#stale = true;
    if (!this.#live) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#request('now');
    });
  }

  /** As it is: what was read last, unless that may be wrong. Undefined while there is no daemon, or see `problem`. */
  async current(): Promise<T | undefined> {
    // What is seen is being read already when it may be wrong.
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
      // Whoever shows it asks for it: an empty list is not even told apart from one that was never asked for.
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
      // That the daemon is away is told by the connection; when that comes back, it is read again.
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

/** Why one of these could not be read; null when all could. */
export function firstProblem(readings: readonly Pick<Reading<unknown>, 'problem'>[]): ErrorBody | null {
  return readings.find(({ problem }) => problem !== null)?.problem ?? null;
}
