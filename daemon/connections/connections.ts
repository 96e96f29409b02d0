/** The connections to engines beyond this machine: kept, opened, and told of. */
import type {
  Connection,
  ConnectionSettings,
  RemoteEngineName,
  RemoteSubmitRequest,
  TargetList,
} from '../../shared/connection.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail } from '../../shared/job.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionStatus, ConnectionTest, RemoteEngine, RemoteEngineFactory } from '../engines/remote.ts';
import type { Reached } from '../jobs/remote/reach.ts';
import type { RemoteJobs } from '../jobs/remote/remoteJobs.ts';
import type { WarningSink } from '../jobs/writer.ts';
import { readConnections, type StoredConnections, writeConnections } from './connectionsFile.ts';
import { redactUrl, validateUrl } from './connectionUrl.ts';

/** An engine's code, loaded when the first connection needs it. */
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
  ...{ state: 'connecting', problem: null, confirmedAt: null, version: null },
  ...{ notes: [], workers: [], queues: [] },
};

/** Milliseconds between two words on what changed. */
const notifyIntervalMs = 200;

export class Connections {
  readonly #deps: ConnectionsDeps;
  readonly #open = new Map<string, OpenConnection>();
  readonly #listeners = new Set<() => void>();
  #cancelNotify: (() => void) | null = null;
  #closed = false;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  /**
   * Opens what is kept. Resolves when their engines are loaded; they connect by themselves.
   * @throws JobdeckError CONFIG_INVALID
   */
  async start(): Promise<void> {
    const kept = Object.entries(readConnections(this.#deps.file));
    await Promise.all(kept.map(([name, settings]) => this.#openOne(name, settings)));
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** All, by name. */
  list(): Connection[] {
    return [...this.#open].map(([name, open]) => toConnection(name, open)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws JobdeckError CONNECTION_NOT_FOUND */
  get(name: string): Connection {
    return toConnection(name, this.#require(name));
  }

  /**
   * Tries a connection, then keeps and opens it; with `dryRun` it only tries. One of that name is replaced, its jobs stay.
   * @throws JobdeckError CONNECTION_INVALID, CONNECTION_FAILED, STORAGE_FAILED
   */
  async set(name: string, settings: ConnectionSettings, dryRun: boolean): Promise<Connection> {
    validateUrl(settings);
    const before = this.#open.get(name);
    if (before !== undefined && before.settings.engine !== settings.engine) {
      const hint = 'Use another name, or remove it first.';
      throw new JobdeckError('CONNECTION_INVALID', `${name} is a connection to ${before.settings.engine}.`, hint);
    }
    const { test } = await this.#deps.load(settings.engine);
    const found = await test(settings);
    const tried = { settings, engine: null, since: this.#deps.clock.now(), status: { ...initialStatus, ...found } };
    if (dryRun) return toConnection(name, tried);
    writeConnections(this.#deps.file, { ...this.#storedConnections(), [name]: settings });
    await this.#closeOne(name);
    const opened = this.#openOne(name, settings, found);
    // What was found by trying: when the engine is there, it may know less at first.
    const connection = this.get(name);
    await opened;
    this.#notify();
    return connection;
  }

  /** Jobs of it stay; those that had not ended are lost to us. @throws JobdeckError CONNECTION_NOT_FOUND, STORAGE_FAILED */
  async remove(name: string): Promise<void> {
    const { engine } = this.#require(name).settings;
    const { [name]: _, ...others } = this.#storedConnections();
    writeConnections(this.#deps.file, others);
    await this.#closeOne(name);
    this.#updateWarning();
    this.#notify();
    await this.#deps.jobs.disconnect({ name, engine });
  }

  /** Names that can be submitted. @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_FAILED */
  async targets(name: string, prefix: string): Promise<TargetList['targets']> {
    return this.reach(name).engine.targets(prefix);
  }

  /** @throws JobdeckError as `RemoteJobs.submit` */
  submit(name: string, request: RemoteSubmitRequest): Promise<JobDetail> {
    return this.#deps.jobs.submit({ name, engine: this.#require(name).settings.engine }, request);
  }

  /** Compares what is known with the engine, now. @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_FAILED */
  async reconcile(name: string): Promise<Connection> {
    await this.reach(name).engine.reconcile();
    return this.get(name);
  }

  /** @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_FAILED */
  reach(name: string): Reached {
    const { engine, settings, status } = this.#require(name);
    if (engine !== null) return { engine, readOnly: settings.readOnly === true };
    if (status.problem !== null) throw new JobdeckError({ ...status.problem, code: 'CONNECTION_FAILED' });
    throw new JobdeckError('CONNECTION_FAILED', `The connection ${name} is not open yet.`, 'Try again in a moment.');
  }

  /** Calls back after changes, at most a few times a second; returns what unsubscribes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelNotify?.();
    await Promise.all([...this.#open.keys()].map((name) => this.#closeOne(name)));
  }

  /** Resolves when its engine is loaded, or could not be. */
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
        const message = error instanceof Error ? error.message : String(error);
        if (isCurrent())
          this.#setStatus(open, {
            ...initialStatus,
            state: 'refused',
            problem: { code: 'CONNECTION_FAILED', message, hint: 'See the log of the daemon.' },
          });
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

  /** One warning for all that do not answer. */
  #updateWarning(): void {
    const silent = [...this.#open].filter(
      ([
        ,
        {
          status: { state },
        },
      ]) => state === 'unreachable' || state === 'refused',
    );
    const [first] = silent;
    if (first === undefined) {
      this.#deps.warnings.clear('CONNECTION_FAILED');
      return;
    }
    const [name, { status }] = first;
    const others = silent.slice(1).map(([other]) => other);
    const more = others.length === 0 ? '' : ` Nor can ${others.join(', ')} be reached.`;
    this.#deps.warnings.set({
      code: 'CONNECTION_FAILED',
      message: `The connection ${name} is down: ${status.problem?.message ?? 'it does not answer.'}${more}`,
      hint: status.problem?.hint ?? 'What was seen of it stays, and it is tried again.',
    });
  }

  #notify(): void {
    if (this.#closed) return;
    this.#cancelNotify ??= this.#deps.clock.after(notifyIntervalMs, () => {
      this.#cancelNotify = null;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  #storedConnections(): StoredConnections {
    return Object.fromEntries([...this.#open].map(([name, { settings }]) => [name, settings]));
  }

  #require(name: string): OpenConnection {
    const open = this.#open.get(name);
    if (open) return open;
    const names = [...this.#open.keys()].sort().join(', ');
    const hint = names === '' ? 'There are none; add one with “jobdeck engine add”.' : `There are: ${names}.`;
    throw new JobdeckError('CONNECTION_NOT_FOUND', `There is no connection ${name}.`, hint);
  }
}

function toConnection(name: string, { settings, status, since }: OpenConnection): Connection {
  const { confirmedAt, ...rest } = status;
  return {
    ...{ name, engine: settings.engine, url: redactUrl(settings.url), readOnly: settings.readOnly === true },
    ...rest,
    since: new Date(since).toISOString(),
    confirmedAt: confirmedAt === null ? null : new Date(confirmedAt).toISOString(),
  };
}
