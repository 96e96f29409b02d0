/** Keeps this window connected to the daemon: finds or starts it, detects when it is gone, and reconnects. */

import type { EnsureOptions } from '../../shared/client/find.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { DaemonInfo, Warning } from '../../shared/daemon.ts';
import { type ErrorBody, JobdeckError } from '../../shared/errors.ts';
import type { FeedSubject } from '../../shared/feedMessages.ts';
import { accessProblem, startingProblem } from '../../shared/messages/daemonAccess.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import type { ConnectionState, ConnectionStatus, DaemonAccess, FeedHints } from './access.ts';
import { backoffDelay, CrashLoop } from './backoff.ts';
import { isPassing, toJobdeckError } from './failure.ts';
import type { JobsModel } from './jobsModel.ts';
import { type Loss, Session, type Transport } from './session.ts';

/** Milliseconds between two checks for a daemon that was started elsewhere. */
const rediscoverInterval = 5_000;
/** A connection that lasted less than this many milliseconds is not replaced immediately. */
const shortLifetime = 5_000;
/** Milliseconds that `client()` waits for a connection in progress. */
const clientTimeout = 25_000;

export interface ConnectionOptions {
  readonly model: JobsModel;
  /** Finds the daemon, or starts it if `mayStart`, and waits until it knows its jobs. Rejects with a JobdeckError. */
  ensure(mayStart: boolean, onStarting: EnsureOptions['onStarting']): Promise<DaemonInfo>;
  readonly transport: Transport;
  /** Writes a line to the extension's log. */
  log(line: string): void;
  readonly backoff?: (attempt: number) => number;
  readonly crashLoop?: CrashLoop;
}

export class DaemonConnection implements DaemonAccess, FeedHints, Disposable {
  readonly #options: ConnectionOptions;
  readonly #crashLoop: CrashLoop;
  readonly #emitter = new Emitter<ConnectionState>();
  readonly #hints = new Emitter<readonly FeedSubject[]>();
  readonly #wait: (attempt: number) => number;
  #state: ConnectionState = { status: 'offline', error: null, warnings: [] };
  #session: Session | null = null;
  #timer: NodeJS.Timeout | undefined;
  #openedAt = 0;
  #shortLived = 0;
  /** Incremented to invalidate everything that is still in progress. */
  #generation = 0;

  readonly onDidChangeState: Event<ConnectionState> = this.#emitter.event;
  readonly onDidHint: Event<readonly FeedSubject[]> = this.#hints.event;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#crashLoop = options.crashLoop ?? new CrashLoop();
    this.#wait = options.backoff ?? ((attempt) => backoffDelay(attempt));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Finds or starts the daemon and connects, unless it is connected or connecting. The outcome is in `state`. */
  start(): void {
    const { status } = this.#state;
    if (status !== 'offline' && status !== 'failed') return;
    this.#crashLoop.reset();
    this.#setState('starting');
    void this.#attempt(this.#nextGeneration(), 0, true);
  }

  /** Replaces the daemon with a new one. All windows reconnect to it. Jobs keep running. */
  async restart(): Promise<void> {
    if (this.#session === null) return this.start();
    await this.#session.client.stop('handover');
  }

  /** Stops the daemon for all windows until it is started again. Jobs keep running. */
  async stop(): Promise<void> {
    const session = this.#session;
    if (session === null) return this.#goOffline();
    await session.client.stop('stop');
    if (this.#session === session) this.#goOffline();
  }

  async client(): Promise<DaemonClient> {
    const current = this.#reachable();
    if (current !== undefined) return current;
    return new Promise((resolve, reject) => {
      const look = () => {
        try {
          const client = this.#reachable();
          if (client === undefined) return;
          done();
          resolve(client);
        } catch (error) {
          done();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        done();
        reject(this.#error() ?? notRunning());
      }, clientTimeout);
      const subscription = this.onDidChangeState(look);
      const done = () => {
        clearTimeout(timer);
        subscription.dispose();
      };
    });
  }

  dispose(): void {
    this.#nextGeneration();
    this.#session?.dispose();
    this.#session = null;
    this.#emitter.dispose();
    this.#hints.dispose();
  }

  /** The client, or undefined if a connection is in progress. Throws the reason if there is none. */
  #reachable(): DaemonClient | undefined {
    switch (this.#state.status) {
      case 'connected':
      case 'polling':
      case 'connecting':
        return this.#session?.client;
      case 'starting':
      case 'reconnecting':
        return undefined;
      case 'offline':
      case 'failed':
        throw this.#error() ?? notRunning();
    }
  }

  #error(): JobdeckError | null {
    const { error } = this.#state;
    return error === null ? null : new JobdeckError(error);
  }

  async #attempt(generation: number, attempt: number, mayStart: boolean): Promise<void> {
    try {
      const info = await this.#options.ensure(mayStart, (starting) => {
        if (generation === this.#generation) this.#daemonStarts(startingProblem(starting));
      });
      if (generation === this.#generation) this.#open(info);
    } catch (thrown) {
      if (generation !== this.#generation) return;
      const error = toJobdeckError(thrown);
      this.#options.log(`${error.code}: ${error.message}`);
      if (!mayStart) this.#rediscover();
      else if (isPassing(error)) this.#retry(attempt + 1, error);
      else this.#fail(error);
    }
  }

  /** The daemon answers, but is still finding its jobs. */
  #daemonStarts(how: ErrorBody): void {
    const { status, error } = this.#state;
    if (error?.message === how.message) return;
    this.#setState(status === 'reconnecting' ? status : 'starting', how);
  }

  /** Retries after the back-off delay. */
  #retry(attempt: number, error: JobdeckError | null): void {
    this.#setState('reconnecting', error?.toBody() ?? null);
    this.#schedule(this.#wait(attempt), () => this.#attempt(this.#nextGeneration(), attempt, true));
  }

  #open(info: DaemonInfo): void {
    const generation = this.#nextGeneration();
    this.#openedAt = Date.now();
    this.#options.log(`Connecting to daemon ${info.version}, process ${info.pid}, port ${info.port}.`);
    this.#session = new Session(info, this.#options.transport, this.#options.model, {
      live: (status, error) => this.#setState(status, error?.toBody() ?? null, this.#state.warnings),
      warnings: (warnings) => this.#setState(this.#state.status, this.#state.error, warnings),
      hint: (changed) => this.#hints.fire(changed),
      broken: (error) => this.#setState('reconnecting', error.toBody()),
      lost: (loss) => {
        if (generation === this.#generation) this.#lost(loss);
      },
    });
    if (this.#state.status !== 'reconnecting') this.#setState('connecting');
  }

  #lost({ error, reason, gone }: Loss): void {
    this.#session = null;
    this.#options.log(`Connection lost: ${reason ?? error.message}`);
    if (reason === 'stop') {
      this.#goOffline();
    } else if (reason === null && gone && this.#crashLoop.crashed(Date.now())) {
      this.#fail(crashing());
    } else {
      // A killed daemon is replaced quickly, so the first retry is immediate unless connections keep failing.
      this.#shortLived = Date.now() - this.#openedAt < shortLifetime ? this.#shortLived + 1 : 0;
      this.#retry(Math.max(0, this.#shortLived - 1), reason === null ? error : null);
    }
  }

  #goOffline(): void {
    this.#stopTrying('offline', null);
  }

  #fail(error: JobdeckError): void {
    this.#stopTrying('failed', error.toBody());
  }

  /** Stops starting the daemon, but connects to one that another window or the command line starts. */
  #stopTrying(status: 'offline' | 'failed', error: ErrorBody | null): void {
    this.#nextGeneration();
    this.#session?.dispose();
    this.#session = null;
    this.#setState(status, error);
    this.#rediscover();
  }

  #rediscover(): void {
    // The daemon that was starting is gone again.
    if (this.#state.status === 'starting') this.#goOffline();
    else this.#schedule(rediscoverInterval, () => this.#attempt(this.#nextGeneration(), 0, false));
  }

  #schedule(delay: number, act: () => Promise<void>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void act(), delay);
  }

  #nextGeneration(): number {
    clearTimeout(this.#timer);
    this.#generation += 1;
    return this.#generation;
  }

  #setState(status: ConnectionStatus, error: ErrorBody | null = null, warnings: readonly Warning[] = []): void {
    const before = this.#state;
    this.#state = { status, error, warnings };
    if (before.status !== status) this.#options.log(`Daemon: ${status}${error === null ? '' : ` (${error.message})`}`);
    this.#emitter.fire(this.#state);
  }
}

function notRunning(): JobdeckError {
  return accessProblem('DAEMON_UNREACHABLE/notRunning');
}

function crashing(): JobdeckError {
  return accessProblem('DAEMON_START_FAILED/crashing');
}
