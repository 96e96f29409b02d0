/** The change feed: brings every subscriber to the store's latest revision, each at its own pace. */

import type { Warning } from '../../../shared/daemon.ts';
import type {
  FeedChanges,
  FeedMessage,
  FeedSnapshot,
  FeedStopping,
  FeedSubject,
  Subscribe,
} from '../../../shared/feedMessages.ts';
import type { Clock } from '../../clock.ts';
import type { StoreReads } from '../../store/ports.ts';
import type { Warnings } from '../../warnings.ts';

/** Minimum milliseconds between two frames: the most that a change is delayed. */
const frameInterval = 20;

/** The other end of a subscription. */
export interface FeedSink {
  /** Sends messages in order; `onSent` is called when the connection can take more. Frames may be those of others too. */
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
  #lastFrames = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;

  constructor(store: FeedStore, warnings: Warnings, clock: Clock) {
    this.#store = store;
    this.#warnings = warnings;
    this.#clock = clock;
    this.#stopListening = [
      store.onCommit(() => this.#wake()),
      store.onHint((changed) => this.hint(changed)),
      warnings.onChange(() => {
        for (const subscriber of this.#subscribers) subscriber.warn(warnings.list());
        this.#wake();
      }),
    ];
  }

  /** Number of subscribers. */
  get size(): number {
    return this.#subscribers.size;
  }

  /** Notifies every subscriber that something other than jobs changed. */
  hint(changed: ReadonlySet<FeedSubject>): void {
    for (const subscriber of this.#subscribers) subscriber.hint(changed);
    this.#wake();
  }

  /** Sends a client everything since the revision it knows, and then every change. Returns a function that unsubscribes. */
  subscribe(sink: FeedSink, from: Pick<Subscribe, 'epoch' | 'rev'>): () => void {
    const subscriber = new Subscriber(this.#store, sink, () => this.#wake());
    this.#subscribers.add(subscriber);
    this.#lastFrames = this.#clock.now();
    subscriber.start(from, this.#warnings.list());
    return () => {
      subscriber.close();
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size === 0) this.#stopTimer();
    };
  }

  /** Notifies every subscriber that the daemon stops, and sends nothing more. */
  stop(reason: FeedStopping['reason']): void {
    for (const stopListening of this.#stopListening) stopListening();
    this.#stopTimer();
    for (const subscriber of this.#subscribers) subscriber.stop(reason);
    this.#subscribers.clear();
  }

  /** Sends what is new to all subscribers that can take it: at once, or when the minimum interval has passed. */
  #wake(): void {
    if (this.#cancelTimer !== null || ![...this.#subscribers].some((subscriber) => subscriber.isDue)) return;
    // Never wait longer than the interval, even if the wall clock was set back.
    const wait = Math.min(frameInterval, this.#lastFrames + frameInterval - this.#clock.now());
    if (wait <= 0) this.#flush();
    else {
      this.#cancelTimer = this.#clock.after(wait, () => {
        this.#cancelTimer = null;
        this.#flush();
      });
    }
  }

  #flush(): void {
    this.#lastFrames = this.#clock.now();
    const frames = new Frames(this.#store);
    for (const subscriber of [...this.#subscribers]) if (subscriber.isDue) subscriber.flush(frames);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}

/** The frames of one moment. Subscribers with the same revision get the same object, which is read and serialized once. */
class Frames {
  readonly #store: FeedStore;
  readonly #read = new Map<string, FeedSnapshot | FeedChanges>();

  constructor(store: FeedStore) {
    this.#store = store;
  }

  since(epoch: string | null, rev: number | null): FeedSnapshot | FeedChanges {
    const key = `${epoch} ${rev}`;
    const read = this.#read.get(key);
    if (read !== undefined) return read;
    const changes = this.#store.changesSince(epoch, rev);
    const frame = changes === null ? this.#snapshot() : { type: 'changes' as const, ...changes };
    this.#read.set(key, frame);
    return frame;
  }

  #snapshot(): FeedSnapshot {
    for (const frame of this.#read.values()) if (frame.type === 'snapshot') return frame;
    return this.#store.snapshot();
  }
}

/**
 * One subscriber. It keeps only the revision that its client has, and which hints and warnings are due. Changes are read
 * from the store when they can be sent. So nothing piles up for a slow client, and a live frame equals a resumed one.
 */
class Subscriber {
  readonly #store: FeedStore;
  readonly #sink: FeedSink;
  readonly #onReady: () => void;
  #epoch: string | null = null;
  #rev: number | null = null;
  #warnings: Warning[] | null = null;
  readonly #hinted = new Set<FeedSubject>();
  #sending = false;
  #closed = false;

  /** `onReady` is called when the connection can take more. */
  constructor(store: FeedStore, sink: FeedSink, onReady: () => void) {
    this.#store = store;
    this.#sink = sink;
    this.#onReady = onReady;
  }

  /** Whether there is something new for the client, and its connection can take it. */
  get isDue(): boolean {
    return !this.#closed && !this.#sending && (this.#isBehind || this.#warnings !== null || this.#hinted.size > 0);
  }

  /** Sends the first frame, and the warnings if there are any. */
  start({ epoch, rev }: Pick<Subscribe, 'epoch' | 'rev'>, warnings: Warning[]): void {
    this.#warnings = warnings.length > 0 ? warnings : null;
    this.#send(() => [this.#frameSince(new Frames(this.#store), epoch, rev)]);
  }

  /** Sends what is new. */
  flush(frames: Frames): void {
    this.#send(() => (this.#isBehind ? [this.#frameSince(frames, this.#epoch, this.#rev)] : []));
  }

  warn(warnings: Warning[]): void {
    this.#warnings = warnings;
  }

  hint(changed: ReadonlySet<FeedSubject>): void {
    for (const subject of changed) this.#hinted.add(subject);
  }

  stop(reason: FeedStopping['reason']): void {
    this.close();
    this.#sink.send([{ type: 'stopping', reason }], () => undefined);
  }

  close(): void {
    this.#closed = true;
  }

  get #isBehind(): boolean {
    return this.#rev !== this.#store.rev() || this.#epoch !== this.#store.epoch;
  }

  #send(read: () => FeedMessage[]): void {
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
    this.#sending = true;
    this.#sink.send(messages, () => {
      this.#sending = false;
      this.#onReady();
    });
  }

  #frameSince(frames: Frames, epoch: string | null, rev: number | null): FeedMessage {
    const frame = frames.since(epoch, rev);
    this.#epoch = this.#store.epoch;
    this.#rev = frame.rev;
    return frame;
  }
}
