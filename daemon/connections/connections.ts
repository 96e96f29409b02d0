/** The connections to remote engines: stores them, opens them and reports their status. */
import type {
  Connection,
  ConnectionSettings,
  RemoteEngineName,
  RemoteSubmitRequest,
  TargetList,
} from '../../shared/connection.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail } from '../../shared/job.ts';
import { connectionFailed, connectionMessage, connectionProblem } from '../../shared/messages/connections.ts';
import { hintMessage, problemMessage } from '../../shared/messages/nested.ts';
import type { Problem } from '../../shared/messages/schema.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionStatus, ConnectionTest, RemoteEngine, RemoteEngineFactory } from '../engines/remote.ts';
import type { Reached } from '../jobs/remote/reach.ts';
import type { RemoteJobs } from '../jobs/remote/remoteJobs.ts';
import type { WarningSink } from '../jobs/writer.ts';
import { readConnections, type StoredConnections, setAside, writeConnections } from './connectionsFile.ts';
import { redactUrl, validateUrl } from './connectionUrl.ts';

/** The code of an engine. */
export interface EngineModule {
  open: RemoteEngineFactory<ConnectionSettings>;
  test: ConnectionTest<ConnectionSettings>;
}

export interface ConnectionsDeps {
  file: string;
  jobs: Pick<RemoteJobs, 'take' | 'open' | 'known' | 'submit' | 'disconnect'>;
  clock: Clock;
  warnings: WarningSink;
  load(engine: RemoteEngineName): Promise<EngineModule>;
  onProblem(error: unknown, about: string): void;
}

interface OpenConnection {
  settings: ConnectionSettings;
  engine: RemoteEngine | null;
  status: ConnectionStatus;
  since: number;
}

const initialStatus: ConnectionStatus = {
  state: 'connecting',
  problem: null,
  confirmedAt: null,
  version: null,
  notes: [],
  workers: [],
  queues: [],
};

/** Shortest time between two notifications of listeners, in milliseconds. */
const notifyIntervalMs = 200;

export class Connections {
  readonly #deps: ConnectionsDeps;
  readonly #open = new Map<string, OpenConnection>();
  readonly #listeners = new Set<() => void>();
  #cancelNotify: (() => void) | null = null;
  /** Whether the file has connections that were not opened. */
  #isUnreadable = false;
  #closed = false;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  /**
   * Opens the stored connections. Resolves when their engines are loaded; they connect in the background. A file that
   * can't be read opens none, with a warning.
   */
  async start(): Promise<void> {
    const stored = Object.entries(this.#read());
    await Promise.all(stored.map(([name, settings]) => this.#openOne(name, settings)));
  }

  get size(): number {
    return this.#open.size;
  }

  /** All connections, sorted by name. */
  list(): Connection[] {
    return [...this.#open].map(([name, open]) => toConnection(name, open)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws JobdeckError CONNECTION_NOT_FOUND */
  get(name: string): Connection {
    return toConnection(name, this.#require(name));
  }

  /**
   * Tests a connection, then stores and opens it; with `dryRun`, only tests it. Replaces a connection of the same name,
   * whose jobs stay.
   * @throws JobdeckError CONNECTION_INVALID, CONNECTION_FAILED, STORAGE_FAILED
   */
  async set(name: string, settings: ConnectionSettings, dryRun: boolean): Promise<Connection> {
    validateUrl(settings);
    const before = this.#open.get(name);
    if (before !== undefined && before.settings.engine !== settings.engine) {
      throw connectionProblem('CONNECTION_INVALID/otherEngine', { name, engine: before.settings.engine });
    }
    const { test } = await this.#deps.load(settings.engine);
    const found = await test(settings);
    const tested = { settings, engine: null, since: this.#deps.clock.now(), status: { ...initialStatus, ...found } };
    if (dryRun) return toConnection(name, tested);
    this.#write({ ...this.#storedConnections(), [name]: settings });
    await this.#closeOne(name);
    const opened = this.#openOne(name, settings, found);
    // Return what the test found, because the engine knows less at first.
    const connection = this.get(name);
    await opened;
    this.#notify();
    return connection;
  }

  /** Removes a connection. Its jobs stay; active ones become `lost`. @throws JobdeckError CONNECTION_NOT_FOUND, STORAGE_FAILED */
  async remove(name: string): Promise<void> {
    const { engine } = this.#require(name).settings;
    const { [name]: _, ...others } = this.#storedConnections();
    this.#write(others);
    await this.#closeOne(name);
    this.#updateWarning();
    this.#notify();
    await this.#deps.jobs.disconnect({ name, engine });
  }

  /** Tasks, functions and events that can be submitted. @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_FAILED */
  async targets(name: string, prefix: string): Promise<TargetList['targets']> {
    return this.reach(name).engine.targets(prefix);
  }

  /** @throws JobdeckError as `RemoteJobs.submit` */
  submit(name: string, request: RemoteSubmitRequest): Promise<JobDetail> {
    return this.#deps.jobs.submit({ name, engine: this.#require(name).settings.engine }, request);
  }

  /** Synchronizes with the engine now. @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_FAILED */
  async reconcile(name: string): Promise<Connection> {
    await this.reach(name).engine.reconcile();
    return this.get(name);
  }

  /** @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_FAILED */
  reach(name: string): Reached {
    const { engine, settings, status } = this.#require(name);
    if (engine !== null) return { engine, readOnly: settings.readOnly === true };
    if (status.problem !== null) throw new JobdeckError(connectionFailed(status.problem));
    throw connectionProblem('CONNECTION_FAILED/notOpen', { name });
  }

  /** Calls back after changes, at most a few times a second. Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelNotify?.();
    await Promise.all([...this.#open.keys()].map((name) => this.#closeOne(name)));
  }

  /** Resolves when its engine is loaded or has failed to load. */
  #openOne(name: string, settings: ConnectionSettings, found: Partial<ConnectionStatus> = {}): Promise<void> {
    const { jobs, clock, load, onProblem } = this.#deps;
    const open: OpenConnection = { settings, engine: null, status: { ...initialStatus, ...found }, since: clock.now() };
    this.#open.set(name, open);
    const source = { name, engine: settings.engine };
    const isCurrent = () => this.#open.get(name) === open && !this.#closed;
    return load(settings.engine)
      .then((module) => {
        if (!isCurrent()) return;
        open.engine = module.open(settings, {
          clock,
          onProblem: (error, about) => onProblem(error, `${about} (connection ${name})`),
          reports: {
            take: async (facts) => (isCurrent() ? jobs.take(source, facts) : undefined),
            open: (limit, after) => jobs.open(name, limit, after),
            known: (externalId) => jobs.known(name, externalId),
            status: (status) => {
              if (isCurrent()) this.#setStatus(open, status);
            },
          },
        });
        open.engine.start();
      })
      .catch((error: unknown) => {
        onProblem(error, `opening the connection ${name}`);
        if (isCurrent())
          this.#setStatus(open, { ...initialStatus, state: 'refused', problem: openProblem(name, error) });
      });
  }

  async #closeOne(name: string): Promise<void> {
    const open = this.#open.get(name);
    this.#open.delete(name);
    await open?.engine
      ?.close()
      .catch((error: unknown) => this.#deps.onProblem(error, `closing the connection ${name}`));
  }

  #setStatus(open: OpenConnection, status: ConnectionStatus): void {
    const changed = open.status.state !== status.state || open.status.problem?.message !== status.problem?.message;
    if (open.status.state !== status.state) open.since = this.#deps.clock.now();
    open.status = status;
    if (changed) this.#updateWarning();
    this.#notify();
  }

  /** Maintains one warning for all connections that are down. */
  #updateWarning(): void {
    const down = [...this.#open].filter(([, { status }]) => ['unreachable', 'refused'].includes(status.state));
    const [first, ...rest] = down;
    if (first === undefined) {
      this.#deps.warnings.clear('CONNECTION_FAILED');
      return;
    }
    const [name, { status }] = first;
    const { problem } = status;
    const reason = problem === null ? connectionMessage('connection.silent') : problemMessage(problem);
    const advice = (problem === null ? null : hintMessage(problem)) ?? connectionMessage('connection.reconnecting');
    const others = rest.map(([other]) => other).join(', ');
    this.#deps.warnings.set(
      others === ''
        ? connectionProblem.problem('CONNECTION_FAILED/down', { name, reason, advice })
        : connectionProblem.problem('CONNECTION_FAILED/severalDown', { name, reason, others, advice }),
    );
  }

  #notify(): void {
    if (this.#closed) return;
    this.#cancelNotify ??= this.#deps.clock.after(notifyIntervalMs, () => {
      this.#cancelNotify = null;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  #read(): StoredConnections {
    try {
      return readConnections(this.#deps.file);
    } catch (error) {
      if (!(error instanceof JobdeckError)) throw error;
      this.#isUnreadable = true;
      this.#deps.warnings.set(
        connectionProblem.problem('CONNECTIONS_IGNORED', {
          reason: problemMessage(error),
          advice: hintMessage(error) ?? '',
        }),
      );
      return {};
    }
  }

  #write(connections: StoredConnections): void {
    const { file, clock, warnings } = this.#deps;
    if (this.#isUnreadable) setAside(file, clock.now());
    writeConnections(file, connections);
    this.#isUnreadable = false;
    warnings.clear('CONNECTIONS_IGNORED');
  }

  #storedConnections(): StoredConnections {
    return Object.fromEntries([...this.#open].map(([name, { settings }]) => [name, settings]));
  }

  #require(name: string): OpenConnection {
    const open = this.#open.get(name);
    if (open) return open;
    const names = [...this.#open.keys()].sort().join(', ');
    throw names === ''
      ? connectionProblem('CONNECTION_NOT_FOUND/none', { name })
      : connectionProblem('CONNECTION_NOT_FOUND/others', { name, names });
  }
}

/** Why an engine could not be opened: invalid settings, or an unexpected error. */
function openProblem(name: string, error: unknown): Problem {
  if (error instanceof JobdeckError) return error.toBody();
  const reason = error instanceof Error ? error.message : String(error);
  return connectionProblem.problem('CONNECTION_FAILED/notLoaded', { name, reason });
}

function toConnection(name: string, { settings, status, since }: OpenConnection): Connection {
  const { confirmedAt, ...rest } = status;
  return {
    name,
    engine: settings.engine,
    url: redactUrl(settings.url),
    readOnly: settings.readOnly === true,
    ...rest,
    since: new Date(since).toISOString(),
    confirmedAt: confirmedAt === null ? null : new Date(confirmedAt).toISOString(),
  };
}
