/** One connection to one daemon, from subscribing until it is lost. Its owner reconnects. */

import type { DaemonClient } from '../../shared/client/http.ts';
import type { FeedConnection, FeedHandlers } from '../../shared/client/stream.ts';
import type { DaemonInfo, Warning } from '../../shared/daemon.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { FeedError, FeedMessage, FeedStopping, FeedSubject, Subscribe } from '../../shared/feedMessages.ts';
import type { Job } from '../../shared/job.ts';
import { feedHistory, feedSubjects } from '../../shared/wire.ts';
import type { Disposable } from '../base/event.ts';
import { toJobdeckError } from './failure.ts';
import type { JobsModel } from './jobsModel.ts';

/** Milliseconds between two polls while only HTTP works. */
const pollInterval = 5_000;
/** Milliseconds a daemon may take to respond after the feed closed. */
const probeTimeout = 2_000;
/** Maximum number of active jobs in a poll. */
const pollLimit = 500;
const endStatuses = 'completed,failed,cancelled,lost';
/** Polls between two attempts to open the feed. */
const pollsPerFeedTry = 6;

/** Creates the client and the feed of a session. */
export interface Transport {
  client(info: DaemonInfo): DaemonClient;
  feed(info: DaemonInfo, from: Pick<Subscribe, 'epoch' | 'rev'>, handlers: FeedHandlers): Pick<FeedConnection, 'close'>;
}

/** Why a session is over. */
export interface Loss {
  readonly error: JobdeckError;
  /** The reason the daemon gave before closing, or null. */
  readonly reason: FeedStopping['reason'] | null;
  /** Whether the daemon no longer responds at all. */
  readonly gone: boolean;
}

export interface SessionEvents {
  /** The model is up to date, through the feed or (`polling`) by polling every 5 s because of `error`. */
  live(status: 'connected' | 'polling', error: JobdeckError | null): void;
  warnings(warnings: Warning[]): void;
  /** These changed, or may have changed. */
  hint(changed: readonly FeedSubject[]): void;
  /** The feed closed. `lost`, or `live` with `polling`, follows. */
  broken(error: JobdeckError): void;
  /** Called once, last. */
  lost(loss: Loss): void;
}

export class Session implements Disposable {
  readonly client: DaemonClient;
  readonly #open: (handlers: FeedHandlers) => Pick<FeedConnection, 'close'>;
  readonly #model: JobsModel;
  readonly #events: SessionEvents;
  #feed: Pick<FeedConnection, 'close'>;
  #live = false;
  #polls = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopping: FeedStopping['reason'] | null = null;
  #refusal: FeedError['error'] | null = null;
  #over = false;

  constructor(info: DaemonInfo, transport: Transport, model: JobsModel, events: SessionEvents) {
    this.#model = model;
    this.#events = events;
    this.client = transport.client(info);
    this.#open = (handlers) => transport.feed(info, model.position, handlers);
    this.#feed = this.#subscribe();
  }

  /** Ends the session without firing events. */
  dispose(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#feed.close();
    this.client.close();
  }

  #subscribe(): Pick<FeedConnection, 'close'> {
    return this.#open({
      message: (message) => this.#receive(message),
      closed: (error) => void this.#feedClosed(error),
    });
  }

  #receive(message: FeedMessage): void {
    switch (message.type) {
      case 'snapshot':
      case 'changes':
        this.#model.apply(message);
        if (this.#live) return;
        this.#live = true;
        clearTimeout(this.#timer);
        this.#events.live('connected', null);
        // The feed does not report changes since the last poll.
        if (this.#polls > 0) this.#events.hint(feedSubjects);
        return;
      case 'stopping':
        this.#stopping = message.reason;
        return;
      case 'warnings':
        this.#events.warnings(message.warnings);
        return;
      case 'hint':
        this.#events.hint(message.changed);
        return;
      case 'error':
        // The daemon closes the connection next. This error is the reason shown to the user.
        this.#refusal = message.error;
        return;
    }
  }

  async #feedClosed(closed: JobdeckError): Promise<void> {
    if (this.#over || (this.#polls > 0 && !this.#live)) return;
    const refusal = this.#refusal;
    const error = refusal === null ? closed : new JobdeckError({ ...refusal, code: closed.code });
    if (this.#stopping === null) this.#events.broken(error);
    const answers = this.#stopping === null && (await this.#answers());
    if (this.#over) return;
    if (answers && !this.#live) await this.#poll(error);
    else this.#lose(error, !answers);
  }

  #answers(): Promise<boolean> {
    return this.client.health(probeTimeout).then(
      () => true,
      () => false,
    );
  }

  /** Requests the jobs now and every 5 s, and periodically retries the feed, until the feed opens or a poll fails. */
  async #poll(feedError: JobdeckError): Promise<void> {
    this.#polls += 1;
    if (this.#polls % pollsPerFeedTry === 0) this.#feed = this.#subscribe();
    try {
      const [ended, active] = await Promise.all([
        // Like the feed: the latest finished jobs and all active jobs.
        this.client.list({ status: endStatuses, sort: 'endedAt', limit: feedHistory }),
        this.client.list({ status: 'pending,waiting,running', limit: pollLimit }),
      ]);
      if (this.#over || this.#live) return;
      const jobs = new Map<string, Job>([...ended.jobs, ...active.jobs].map((job) => [job.id, job]));
      this.#model.replace([...jobs.values()]);
      this.#events.live('polling', feedError);
      this.#events.hint(feedSubjects);
      this.#timer = setTimeout(() => void this.#poll(feedError), pollInterval);
    } catch (error) {
      if (!this.#over && !this.#live) this.#lose(toJobdeckError(error), true);
    }
  }

  #lose(error: JobdeckError, gone: boolean): void {
    this.dispose();
    this.#events.lost({ error, reason: this.#stopping, gone });
  }
}
