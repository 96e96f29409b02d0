/** Requests of the clients of a round, through the relay. */
import { setTimeout as pause } from 'node:timers/promises';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { causeCode } from '../../shared/client/request.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Ledger } from './ledger.ts';
import type { Moments } from './moments.ts';

/** Milliseconds between two attempts. */
export const againMs = 30;

/** Errors that mean the daemon is only temporarily unable. */
const temporary = new Set([
  'DAEMON_UNREACHABLE',
  'DAEMON_STARTING',
  'DAEMON_STOPPING',
  'UNAUTHORIZED',
  'STORAGE_FULL',
  'STORAGE_FAILED',
]);

export interface RequestsDeps {
  home: string;
  ledger: Ledger;
  /** Port of the relay. */
  port: number;
  /** Receives requests and acknowledgements as moments for faults. */
  moments: Moments;
  /** Aborted when the round is over. */
  signal: AbortSignal;
  violation(text: string): void;
}

export interface UntilDone {
  /** Errors that also mean that it is done. */
  known?: readonly string[];
  /** The request frees space or stops something, so it must not be refused because the disk is full. */
  helps?: boolean;
}

export class Requests {
  readonly #deps: RequestsDeps;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
  }

  /** Repeats a request until it is acknowledged. Returns undefined for known errors. */
  async untilDone<T>(
    request: (client: DaemonClient) => Promise<T>,
    { known = [], helps = false }: UntilDone = {},
  ): Promise<T | undefined> {
    for (; ; await pause(againMs)) {
      this.#deps.signal.throwIfAborted();
      try {
        return await this.#once(request);
      } catch (error) {
        if (!(error instanceof JobdeckError)) throw error;
        if (known.includes(error.code)) return undefined;
        if (error.code === 'JOB_NOT_FOUND' && this.#deps.ledger.loss !== null) return undefined;
        if (!temporary.has(error.code)) throw error;
        if (helps && error.code === 'STORAGE_FULL') this.#deps.violation(`${request} was refused: ${error.message}`);
        const { repeated } = this.#deps.ledger;
        const why = causeCode(error) ?? error.code;
        repeated.set(why, (repeated.get(why) ?? 0) + 1);
      }
    }
  }

  /** Sends a request once. Null if the daemon was unable. */
  async onceOrNever<T>(request: (client: DaemonClient) => Promise<T>): Promise<T | null> {
    try {
      return await this.#once(request);
    } catch (error) {
      if (error instanceof JobdeckError && temporary.has(error.code)) return null;
      throw error;
    }
  }

  async #once<T>(request: (client: DaemonClient) => Promise<T>): Promise<T> {
    const info = await readDaemonInfo(this.#deps.home);
    if (info === null)
      throw new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'No daemon is running.', hint: null });
    const client = new DaemonClient({ port: this.#deps.port, token: info.token });
    const { moments } = this.#deps;
    try {
      const reply = request(client);
      moments.tell('sent');
      const result = await reply;
      moments.tell('acknowledged');
      return result;
    } finally {
      client.close();
    }
  }
}
