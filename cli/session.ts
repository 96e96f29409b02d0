/** The connection to the daemon, which is found or started on first use, and again if it goes away. */
import { setTimeout as pause } from 'node:timers/promises';
import { type EnsureOptions, ensureDaemon } from '../shared/client/find.ts';
import { DaemonClient } from '../shared/client/http.ts';
import { daemonGone, neverSent } from '../shared/client/request.ts';
import { withOptionNames } from './optionNames.ts';

/** Retries of a request when daemons go away. */
const maxRetries = 10;
/** Milliseconds to wait before a retry, multiplied by the number of retries so far. */
const backOff = 100;

export class Session {
  #options: EnsureOptions;
  #client: Promise<DaemonClient> | null = null;

  constructor(options: EnsureOptions) {
    this.#options = options;
  }

  /** The client for the daemon, which is started if it isn’t running. */
  client(): Promise<DaemonClient> {
    this.#client ??= ensureDaemon(this.#options).then((info) => new DaemonClient(info));
    return this.#client;
  }

  /** Gives up jobs that were running on another machine or in another container, if a daemon is started. */
  takeOver(): void {
    this.#options = { ...this.#options, takeOver: true };
  }

  /** A client for the daemon that replaces one that went away. */
  async reconnect(): Promise<DaemonClient> {
    const lost = this.#client;
    this.#client = null;
    (await lost?.catch(() => null))?.close();
    return this.client();
  }

  /** Sends a request that must not run twice: retried only if it certainly never reached a daemon. */
  once<T>(request: (client: DaemonClient) => Promise<T>): Promise<T> {
    return this.#send(request, neverSent);
  }

  /** Sends a request that may run twice: retried with the next daemon if one goes away. */
  persistently<T>(request: (client: DaemonClient) => Promise<T>): Promise<T> {
    return this.#send(request, daemonGone);
  }

  /** Closes the connection. Returns whether a command was carried out but could not be saved. */
  async close(): Promise<{ hasUnsaved: boolean }> {
    const client = await this.#client?.catch(() => null);
    client?.close();
    return { hasUnsaved: client?.hasUnsaved ?? false };
  }

  async #send<T>(request: (client: DaemonClient) => Promise<T>, mayRetry: (error: unknown) => boolean): Promise<T> {
    let client = await this.client();
    for (let failures = 1; ; failures += 1) {
      try {
        return await request(client);
      } catch (error) {
        if (!mayRetry(error) || failures > maxRetries) throw withOptionNames(error);
        await pause((failures - 1) * backOff);
        client = await this.reconnect();
      }
    }
  }
}
