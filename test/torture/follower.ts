/** A client of the change feed that loses its connection repeatedly during a round and resumes. */
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
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
  /** When the last message arrived, in milliseconds of the machine's clock. */
  lastEventAt = Date.now();

  /** Connects through the relay on `port`, or directly to the daemon if null. */
  constructor(home: string, port: number | null, violation: (text: string) => void) {
    this.#home = home;
    this.#port = port;
    this.#violation = violation;
    void this.#connect();
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Resolves with true when the state satisfies `predicate`, or with false after `patience` ms without any message. */
  async until(predicate: (state: FeedState) => boolean, patience: number): Promise<boolean> {
    this.lastEventAt = Date.now();
    while (!predicate(this.#state)) {
      const left = this.lastEventAt + patience - Date.now();
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
        this.#connection = new FeedConnection(WebSocket, address, this.#state, {
          message: (message) => this.#receive(message),
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

  #receive(message: FeedMessage): void {
    if (message.type !== 'snapshot' && message.type !== 'changes') return;
    const { epoch, rev } = this.#state;
    // Under another epoch, a change that a full disk kept from being saved, or that was damaged, may be undone.
    const isSame = message.type === 'changes' || message.epoch === epoch;
    for (const job of message.jobs) if (isSame) this.#compare(this.#state.jobs.get(job.id), job);
    this.#state.apply(message);
    if (rev !== null && message.rev < rev && this.#state.epoch === epoch) {
      this.#violation(`The feed went back from revision ${rev} to ${message.rev}.`);
    }
    this.lastEventAt = Date.now();
    for (const resolve of this.#changed.splice(0)) resolve();
  }

  /** A final status may only change with a new attempt. The status of a group follows from its jobs. */
  #compare(was: Job | undefined, is: Job): void {
    if (was === undefined || is.engine === 'group') return;
    if (is.attempt < was.attempt)
      this.#violation(`Job ${is.id} went back from attempt ${was.attempt} to ${is.attempt}.`);
    if (!isTerminal(was.status) || was.status === is.status || is.attempt > was.attempt) return;
    // One that has never run may have been retried and stopped within one commit. A retry queues it anew.
    const wasRetried = is.queuedAt !== was.queuedAt && is.status !== 'completed' && is.status !== 'running';
    if (is.attempt === 0 && wasRetried) return;
    // A retry resets the status before its new attempt starts.
    if (isTerminal(is.status) || is.status === 'running') {
      this.#violation(`Job ${is.id} was ${was.status} and is ${is.status} in the same attempt ${is.attempt}.`);
    }
  }
}
