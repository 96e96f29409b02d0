/** The command line's way to the daemon: found or started at the first need, and again when it goes away. */
import { setTimeout as pause } from 'node:timers/promises';
import { type EnsureOptions, ensureDaemon } from '../shared/client/find.ts';
import { DaemonClient } from '../shared/client/http.ts';
import { daemonGone, neverSent } from '../shared/client/request.ts';

/** Daemons that may go away in the middle of one request before it is given up. */
const patience = 10;
/** Milliseconds before the next is asked, times how many went away. */
const backOff = 100;

export class Session {
  readonly #options: EnsureOptions;
  #client: Promise<DaemonClient> | null = null;

  constructor(options: EnsureOptions) {
    this.#options = options;
  }

  /** The client for the daemon, which is started when it is not running. */
  client(): Promise<DaemonClient> {
    this.#client ??= ensureDaemon(this.#options).then((info) => new DaemonClient(info));
    return this.#client;
  }

  /** A client for the daemon that comes after one that went away. */
  async reconnect(): Promise<DaemonClient> {
    const lost = this.#client;
    this.#client = null;
    (await lost?.catch(() => null))?.close();
    return this.client();
  }

  /** Asks what changes something: again only when the first time certainly never reached a daemon. */
  once<T>(ask: (client: DaemonClient) => Promise<T>): Promise<T> {
    return this.#ask(ask, neverSent);
  }

  /** Asks what may be asked twice: of the next daemon when one goes away. */
  persistently<T>(ask: (client: DaemonClient) => Promise<T>): Promise<T> {
    return this.#ask(ask, daemonGone);
  }

  async close(): Promise<void> {
    (await this.#client?.catch(() => null))?.close();
  }

  async #ask<T>(ask: (client: DaemonClient) => Promise<T>, again: (error: unknown) => boolean): Promise<T> {
    let client = await this.client();
    for (let lost = 1; ; lost += 1) {
      try {
        return await ask(client);
      } catch (error) {
        if (!again(error) || lost > patience) throw error;
        await pause((lost - 1) * backOff);
        client = await this.reconnect();
      }
    }
  }
}
