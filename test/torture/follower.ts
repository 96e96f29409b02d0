/** A client of the change feed that lives through a round: it loses its connection again and again and resumes. */
import { setTimeout as pause } from 'node:timers/promises';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { FeedConnection } from '../../shared/client/stream.ts';
import { FeedPicture, type FeedState } from '../../shared/feed.ts';
import type { FeedMessage } from '../../shared/feedMessages.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';

const reconnectMs = 20;

export class Follower {
  readonly #home: string;
  readonly #port: number | null;
  readonly #violation: (text: string) => void;
  readonly #state = new FeedPicture();
  #connection: FeedConnection | null = null;
  #closed = false;
  #changed: (() => void)[] = [];
  reconnects = 0;
  /** When something last came, in the machine's milliseconds. */
  heardAt = Date.now();

  /** By way of the relay on `port`; null: to the daemon itself. */
  constructor(home: string, port: number | null, violation: (text: string) => void) {
    this.#home = home;
    this.#port = port;
    this.#violation = violation;
    void this.#connect();
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Resolves when the state satisfies `predicate`; with false when nothing has come for `patience` ms. */
  async until(predicate: (state: FeedState) => boolean, patience: number): Promise<boolean> {
    this.heardAt = Date.now();
    while (!predicate(this.#state)) {
      const left = this.heardAt + patience - Date.now();
      if (left <= 0) return false;
      const over = new AbortController();
      const change = new Promise<void>((resolve) => this.#changed.push(resolve));
      await Promise.race([change, pause(left, undefined, { signal: over.signal }).catch(() => {})]);
      over.abort();
    }
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    for (;;) {
      if (this.#closed) return;
      const info = await readDaemonInfo(this.#home);
      if (info !== null && !this.#closed) {
        const address = { token: info.token, port: this.#port ?? info.port };
        this.#connection = new FeedConnection(address, this.#state, {
          message: (message) => this.#hear(message),
          closed: () => {
            this.reconnects += 1;
            void pause(reconnectMs).then(() => this.#connect());
          },
        });
        return;
      }
      await pause(reconnectMs);
    }
  }

  #hear(message: FeedMessage): void {
    if (message.type !== 'snapshot' && message.type !== 'changes') return;
    const { epoch, rev } = this.#state;
    for (const job of message.jobs) this.#compare(this.#state.jobs.get(job.id), job);
    this.#state.apply(message);
    if (rev !== null && message.rev < rev && this.#state.epoch === epoch) {
      this.#violation(`The feed went back from revision ${rev} to ${message.rev}.`);
    }
    this.heardAt = Date.now();
    for (const resolve of this.#changed.splice(0)) resolve();
  }

  /** A terminal status changes only by a new attempt; that of a group follows from its jobs. */
  #compare(was: Job | undefined, is: Job): void {
    if (was === undefined || is.engine === 'group') return;
    if (is.attempt < was.attempt)
      this.#violation(`Job ${is.id} went back from attempt ${was.attempt} to ${is.attempt}.`);
    if (!isTerminal(was.status) || was.status === is.status || is.attempt > was.attempt) return;
    // A retry takes it back before its new attempt has begun.
    if (isTerminal(is.status) || is.status === 'running') {
      this.#violation(`Job ${is.id} was ${was.status} and is ${is.status} in the same attempt ${is.attempt}.`);
    }
  }
}
