/** Keeps this window connected to the daemon: finds or starts it, notices when it is gone, comes back. */

import type { DaemonClient } from '../../shared/client/http.ts';
import { type ErrorBody, JobdeckError } from '../../shared/errors.ts';
import type { FeedSubject } from '../../shared/feedMessages.ts';
import { accessProblem } from '../../shared/messages/daemonAccess.ts';
import type { DaemonInfo, Warning } from '../../shared/protocol.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import type { ConnectionState, ConnectionStatus, DaemonAccess, FeedHints } from './access.ts';
import { backoffDelay, CrashLoop } from './backoff.ts';
import { isPassing, toJobdeckError } from './failure.ts';
import type { JobsModel } from './jobsModel.ts';
import { type Loss, Session, type Transport } from './session.ts';

/** Milliseconds between two looks for a daemon that somebody else may have started. */
const lookOutInterval = 5_000;
/** A connection that lasted less than this many milliseconds is not replaced at once. */
const shortLife = 5_000;
/** Milliseconds `client()` waits for a connection that is being made. */
const clientWait = 25_000;

export interface ConnectionOptions {
  readonly model: JobsModel;
  /** The daemon, started when it is not there and `mayStart`. Rejects with a JobdeckError. */
  ensure(mayStart: boolean): Promise<DaemonInfo>;
  readonly transport: Transport;
  /** One line for the extension's log. */
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
  /** Grows with every turn of events; what began before the latest one has nothing to say any more. */
  #turn = 0;

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

  /** Finds or starts the daemon and connects, unless that is already so or on its way. Outcome: the state. */
  start(): void {
    const { status } = this.#state;
    if (status !== 'offline' && status !== 'failed') return;
    this.#crashLoop.reset();
    this.#enter('starting');
    void this.#attempt(this.#nextTurn(), 0, true);
  }

  /** Has the daemon replaced by a new one; every window comes along. Jobs run on. */
  async restart(): Promise<void> {
    if (this.#session === null) return this.start();
    await this.#session.client.stop('handover');
  }

  /** Stops the daemon for every window, until somebody starts it again. Jobs run on. */
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
        reject(this.#error() ?? notThere());
      }, clientWait);
      const subscription = this.onDidChangeState(look);
      const done = () => {
        clearTimeout(timer);
        subscription.dispose();
      };
    });
  }

  dispose(): void {
    this.#nextTurn();
    this.#session?.dispose();
    this.#session = null;
    this.#emitter.dispose();
    this.#hints.dispose();
  }

  /** The client when it is there, undefined when it is worth waiting for, else the reason thrown. */
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
        throw this.#error() ?? notThere();
    }
  }

  #error(): JobdeckError | null {
    const { error } = this.#state;
    return error === null ? null : new JobdeckError(error);
  }

  async #attempt(turn: number, attempt: number, mayStart: boolean): Promise<void> {
    try {
      const info = await this.#options.ensure(mayStart);
      if (turn === this.#turn) this.#open(info);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      const error = toJobdeckError(thrown);
      this.#options.log(`${error.code}: ${error.message}`);
      if (!mayStart) this.#later(lookOutInterval, () => this.#attempt(this.#nextTurn(), 0, false));
      else if (isPassing(error)) this.#again(attempt + 1, error);
      else this.#fail(error);
    }
  }

  /** Tries once more after the back-off. */
  #again(attempt: number, error: JobdeckError | null): void {
    this.#enter('reconnecting', error?.toBody() ?? null);
    this.#later(this.#wait(attempt), () => this.#attempt(this.#nextTurn(), attempt, true));
  }

  #open(info: DaemonInfo): void {
    const turn = this.#nextTurn();
    this.#openedAt = Date.now();
    this.#options.log(`Connecting to daemon ${info.version}, process ${info.pid}, port ${info.port}.`);
    this.#session = new Session(info, this.#options.transport, this.#options.model, {
      live: (status, error) => this.#enter(status, error?.toBody() ?? null, this.#state.warnings),
      warnings: (warnings) => this.#enter(this.#state.status, this.#state.error, warnings),
      hint: (changed) => this.#hints.fire(changed),
      broken: (error) => this.#enter('reconnecting', error.toBody()),
      lost: (loss) => {
        if (turn === this.#turn) this.#lost(loss);
      },
    });
    if (this.#state.status !== 'reconnecting') this.#enter('connecting');
  }

  #lost({ error, reason, gone }: Loss): void {
    this.#session = null;
    this.#options.log(`Connection lost: ${reason ?? error.message}`);
    if (reason === 'stop') {
      this.#goOffline();
    } else if (reason === null && gone && this.#crashLoop.crashed(Date.now())) {
      this.#fail(crashing());
    } else {
      // At once, for a killed daemon is replaced quickly; unless it goes wrong again and again.
      this.#shortLived = Date.now() - this.#openedAt < shortLife ? this.#shortLived + 1 : 0;
      this.#again(Math.max(0, this.#shortLived - 1), reason === null ? error : null);
    }
  }

  #goOffline(): void {
    this.#stayAway('offline', null);
  }

  #fail(error: JobdeckError): void {
    this.#stayAway('failed', error.toBody());
  }

  /** Starts nothing any more, but joins a daemon that somebody else starts: another window, or the command line. */
  #stayAway(status: 'offline' | 'failed', error: ErrorBody | null): void {
    this.#nextTurn();
    this.#session?.dispose();
    this.#session = null;
    this.#enter(status, error);
    this.#later(lookOutInterval, () => this.#attempt(this.#nextTurn(), 0, false));
  }

  #later(delay: number, act: () => Promise<void>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void act(), delay);
  }

  #nextTurn(): number {
    clearTimeout(this.#timer);
    this.#turn += 1;
    return this.#turn;
  }

  #enter(status: ConnectionStatus, error: ErrorBody | null = null, warnings: readonly Warning[] = []): void {
    const before = this.#state;
    this.#state = { status, error, warnings };
    if (before.status !== status) this.#options.log(`Daemon: ${status}${error === null ? '' : ` (${error.message})`}`);
    this.#emitter.fire(this.#state);
  }
}

function notThere(): JobdeckError {
  return accessProblem('DAEMON_UNREACHABLE/notRunning');
}

function crashing(): JobdeckError {
  return accessProblem('DAEMON_START_FAILED/crashing');
}
