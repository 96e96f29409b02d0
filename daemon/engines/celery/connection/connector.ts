/** Keeps one session to the application open: connects, and reconnects with back-off. */
import { JobdeckError } from '../../../../shared/errors.ts';
import { celeryProblem } from '../../../../shared/messages/celery.ts';
import { connectionFailed } from '../../../../shared/messages/connections.ts';
import { backOff } from '../../backOff.ts';
import type { ConnectionStatus, RemoteDeps } from '../../remote.ts';
import { ConnectionError, toConnectionError } from '../brokers/errors.ts';
import type { Endpoints } from './endpoints.ts';
import { RemoteControl } from './remoteControl.ts';
import { type LiveConnection, Session, type SessionListeners } from './session.ts';

/** Upper bound of the first delay before reconnecting, in milliseconds. */
const firstRetryMs = 500;

export type ConnectorState = Pick<ConnectionStatus, 'state' | 'problem'>;

export interface ConnectorDeps extends Pick<RemoteDeps, 'clock' | 'onProblem'> {
  listeners: Pick<SessionListeners, 'onEvents' | 'onResult' | 'onUnreadableResult'>;
  onlineCount(): number;
  onWorkerReplied(host: string): void;
  /** Called after each connect. `isReconnect`: there was a connection before. */
  onConnected(live: LiveConnection, isReconnect: boolean): void;
  /** Called when a connection is lost or closed. */
  onDisconnected(): void;
  onStateChanged(): void;
}

export class Connector {
  readonly #endpoints: Endpoints | JobdeckError;
  readonly #deps: ConnectorDeps;
  #live: LiveConnection | null = null;
  #connecting: Promise<void> | null = null;
  #cancelReconnect: (() => void) | null = null;
  #state: ConnectorState = { state: 'connecting', problem: null };
  #failures = 0;
  #wasConnected = false;
  #closed = false;

  /** `endpoints`: or why the settings are invalid, in which case it never connects. */
  constructor(endpoints: Endpoints | JobdeckError, deps: ConnectorDeps) {
    this.#endpoints = endpoints;
    this.#deps = deps;
  }

  /** Null while disconnected. */
  get live(): LiveConnection | null {
    return this.#live;
  }

  get state(): ConnectorState {
    return this.#state;
  }

  connect(): void {
    this.#connecting = this.#attempt().finally(() => {
      this.#connecting = null;
    });
  }

  /** Waits for a connection attempt in progress. @throws JobdeckError CONNECTION_FAILED */
  async whenConnected(): Promise<LiveConnection> {
    await this.#connecting;
    return this.requireLive();
  }

  /** @throws JobdeckError CONNECTION_FAILED */
  requireLive(): LiveConnection {
    if (this.#live !== null) return this.#live;
    const { problem } = this.#state;
    throw problem === null
      ? celeryProblem('CONNECTION_FAILED/connecting')
      : new JobdeckError(connectionFailed(problem));
  }

  /** Makes a call over the connection. Errors of a client library are reported as CONNECTION_FAILED. */
  async whileConnected<T>(call: (live: LiveConnection) => Promise<T>): Promise<T> {
    const live = await this.whenConnected();
    try {
      return await call(live);
    } catch (error) {
      if (error instanceof JobdeckError) throw error;
      const server = live.session.broker.kind;
      throw celeryProblem('CONNECTION_FAILED/request', { server, reason: reasonOf(error) });
    }
  }

  /** Gives up a connection that is open but no longer responds, as after a network failure. */
  async drop(error: unknown): Promise<void> {
    const kind = this.#live?.session.broker.kind ?? 'Redis';
    const label = this.#endpoints instanceof JobdeckError ? '' : this.#endpoints.broker.label;
    await this.#disconnect();
    this.#scheduleReconnect(toConnectionError(error, kind, label));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelReconnect?.();
    await this.#connecting;
    await this.#disconnect();
  }

  async #attempt(): Promise<void> {
    const endpoints = this.#endpoints;
    if (endpoints instanceof JobdeckError) {
      this.#setState({ state: 'refused', problem: endpoints.toBody() });
      return;
    }
    const { clock, listeners, onlineCount, onWorkerReplied } = this.#deps;
    try {
      let control: RemoteControl | null = null;
      const session = await Session.open(endpoints, {
        ...listeners,
        onReply: (message) => control?.onReply(message),
        onClosed: (error) => this.#onClosed(error),
      });
      control = new RemoteControl(session.broker, { clock, onlineCount, onWorkerReplied });
      if (this.#closed) {
        await session.close();
        return;
      }
      const live = { session, control };
      const isReconnect = this.#wasConnected;
      this.#failures = 0;
      this.#wasConnected = true;
      this.#live = live;
      this.#setState({ state: 'connected', problem: null });
      this.#deps.onConnected(live, isReconnect);
    } catch (error) {
      this.#scheduleReconnect(error);
    }
  }

  #onClosed(error: unknown): void {
    this.#live?.control.close();
    this.#live = null;
    this.#deps.onDisconnected();
    if (!this.#closed) this.#scheduleReconnect(error);
  }

  async #disconnect(): Promise<void> {
    const live = this.#live;
    this.#live = null;
    this.#deps.onDisconnected();
    live?.control.close();
    await live?.session.close();
  }

  #scheduleReconnect(error: unknown): void {
    if (this.#closed) return;
    const { clock, onProblem } = this.#deps;
    const isExpected = error instanceof JobdeckError;
    if (!isExpected) onProblem(error, 'connecting to Celery');
    this.#setState({
      state: error instanceof ConnectionError ? error.state : 'unreachable',
      problem: isExpected
        ? error.toBody()
        : celeryProblem.problem('CONNECTION_FAILED/unexpected', { reason: reasonOf(error) }),
    });
    const delay = backOff(this.#failures, { first: firstRetryMs });
    this.#failures += 1;
    this.#cancelReconnect = clock.after(delay, () => {
      this.#cancelReconnect = null;
      this.connect();
    });
  }

  #setState(state: ConnectorState): void {
    this.#state = state;
    this.#deps.onStateChanged();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
