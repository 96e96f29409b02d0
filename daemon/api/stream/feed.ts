/** The change feed: brings every subscriber to the store's latest revision, each at its own pace. */

import type { Warning } from '../../../shared/daemon.ts';
import type { FeedMessage, FeedStopping, FeedSubject, Subscribe } from '../../../shared/feedMessages.ts';
import type { Clock } from '../../clock.ts';
import type { StoreReads } from '../../store/ports.ts';
import type { Warnings } from '../../warnings.ts';

/** Minimum milliseconds between two frames of a subscriber: the most that a change is delayed. */
const frameInterval = 20;

/** The other end of a subscription. */
export interface FeedSink {
  /** Sends messages in order; `onSent` is called when the connection can take more. */
  send(messages: FeedMessage[], onSent: () => void): void;
  /** The feed cannot continue for this subscriber. */
  fail(error: unknown): void;
}

type FeedStore = Pick<StoreReads, 'epoch' | 'rev' | 'changesSince' | 'snapshot' | 'onCommit' | 'onHint'>;

export class Feed {
  readonly #store: FeedStore;
  readonly #warnings: Warnings;
  readonly #clock: Clock;
  readonly #subscribers = new Set<Subscriber>();
  readonly #stopListening: (() => void)[];

  constructor(store: FeedStore, warnings: Warnings, clock: Clock) {
    this.#store = store;
    this.#warnings = warnings;
    this.#clock = clock;
    this.#stopListening = [
      store.onCommit(() => this.#each((subscriber) => subscriber.wake())),
      store.onHint((changed) => this.hint(changed)),
      warnings.onChange(() => this.#each((subscriber) => subscriber.warn(warnings.list()))),
    ];
  }

  /** Number of subscribers. */
  get size(): number {
    return this.#subscribers.size;
  }

  /** Notifies every subscriber that something other than jobs changed. */
  hint(changed: ReadonlySet<FeedSubject>): void {
    this.#each((subscriber) => subscriber.hint(changed));
  }

  /** Sends a client everything since the revision it knows, and then every change. Returns a function that unsubscribes. */
  subscribe(sink: FeedSink, from: Pick<Subscribe, 'epoch' | 'rev'>): () => void {
    const subscriber = new Subscriber(this.#store, this.#clock, sink);
    this.#subscribers.add(subscriber);
    subscriber.start(from, this.#warnings.list());
    return () => {
      subscriber.close();
      this.#subscribers.delete(subscriber);
    };
  }

  /** Notifies every subscriber that the daemon stops, and sends nothing more. */
  stop(reason: FeedStopping['reason']): void {
    for (const stopListening of this.#stopListening) stopListening();
    this.#each((subscriber) => subscriber.stop(reason));
    this.#subscribers.clear();
  }

  #each(action: (subscriber: Subscriber) => void): void {
    for (const subscriber of [...this.#subscribers]) action(subscriber);
  }
}

/**
 * One subscriber. It keeps only the revision that its client has, and which hints and warnings are due. Changes are read
 * from the store when they can be sent. So nothing piles up for a slow client, and a live frame equals a resumed one.
 */
class Subscriber {
  readonly #store: FeedStore;
  readonly #clock: Clock;
  readonly #sink: FeedSink;
  #epoch: string | null = null;
  #rev: number | null = null;
  #warnings: Warning[] | null = null;
  readonly #hinted = new Set<FeedSubject>();
  #lastFrame = Number.NEGATIVE_INFINITY;
  #sending = false;
  #closed = false;
  #cancelTimer: (() => void) | null = null;

  constructor(store: FeedStore, clock: Clock, sink: FeedSink) {
    this.#store = store;
    this.#clock = clock;
    this.#sink = sink;
  }

  /** Sends the first frame, and the warnings if there are any. */
  start({ epoch, rev }: Pick<Subscribe, 'epoch' | 'rev'>, warnings: Warning[]): void {
    this.#warnings = warnings.length > 0 ? warnings : null;
    this.#flush(() => [this.#frameSince(epoch, rev)]);
  }

  /** Sends what is new, if anything: at once, or when the minimum interval has passed. */
  wake(): void {
    if (this.#closed || this.#sending || this.#cancelTimer !== null) return;
    // Never wait longer than the interval, even if the wall clock was set back.
    const wait = Math.min(frameInterval, this.#lastFrame + frameInterval - this.#clock.now());
    if (wait <= 0) this.#flush(() => this.#missing());
    else {
      this.#cancelTimer = this.#clock.after(wait, () => {
        this.#cancelTimer = null;
        this.#flush(() => this.#missing());
      });
    }
  }

  warn(warnings: Warning[]): void {
    this.#warnings = warnings;
    this.wake();
  }

  hint(changed: ReadonlySet<FeedSubject>): void {
    for (const subject of changed) this.#hinted.add(subject);
    this.wake();
  }

  stop(reason: FeedStopping['reason']): void {
    this.close();
    this.#sink.send([{ type: 'stopping', reason }], () => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #flush(read: () => FeedMessage[]): void {
    let messages: FeedMessage[];
    try {
      messages = read();
    } catch (error) {
      this.close();
      this.#sink.fail(error);
      return;
    }
    if (this.#warnings !== null) messages.push({ type: 'warnings', warnings: this.#warnings });
    this.#warnings = null;
    if (this.#hinted.size > 0) messages.push({ type: 'hint', changed: [...this.#hinted] });
    this.#hinted.clear();
    if (messages.length === 0) return;
    this.#lastFrame = this.#clock.now();
    this.#sending = true;
    this.#sink.send(messages, () => {
      this.#sending = false;
      this.wake();
    });
  }

  #missing(): FeedMessage[] {
    const isCurrent = this.#rev === this.#store.rev() && this.#epoch === this.#store.epoch;
    return isCurrent ? [] : [this.#frameSince(this.#epoch, this.#rev)];
  }

  #frameSince(epoch: string | null, rev: number | null): FeedMessage {
    const changes = this.#store.changesSince(epoch, rev);
    const frame: FeedMessage = changes === null ? this.#store.snapshot() : { type: 'changes', ...changes };
    this.#epoch = this.#store.epoch;
    this.#rev = frame.rev;
    return frame;
  }
}
