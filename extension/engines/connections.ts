/**
 * The state of the connections to remote engines, for all views that show them or their jobs. They are read when they
 * are visible and may have changed. Even when hidden, they are read when rows of jobs may be outdated: when a job has an
 * unknown connection, when the daemon's warning about connections changes, or when a lost connection may be back.
 */
import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { type ConnectionState, type DaemonAccess, type FeedHints, isLive } from '../daemon/access.ts';
import type { JobsChange, JobsModel } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';

/** Milliseconds between two background readings. */
const pace = 1_000;

export interface ConnectionsDeps {
  readonly access: DaemonAccess & FeedHints;
  readonly model: Pick<JobsModel, 'get' | 'all' | 'onDidChange'>;
}

export class Connections implements Disposable {
  readonly reading: Reading<Connection[]>;
  readonly #deps: ConnectionsDeps;
  readonly #emitter = new Emitter<void>();
  readonly #subscriptions: Disposable[];
  /** Unknown names in jobs that were requested once. Removed connections are not requested again. */
  readonly #asked = new Set<string>();
  #warning: string;
  #live: boolean;
  #visible = false;

  /** Fires when a connection changed or may have changed. */
  readonly onDidChange: Event<void> = this.#emitter.event;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
    this.#warning = warningIn(deps.access.state);
    this.#live = isLive(deps.access.state);
    this.reading = new Reading({ access: deps.access, read: (client) => client.connections(), pace });
    this.#subscriptions = [
      this.reading.onDidRead(({ before, now }) => this.#read(before, now)),
      deps.model.onDidChange((change) => this.#jobsChanged(change)),
      deps.access.onDidChangeState((state) => this.#stateChanged(state)),
      deps.access.onDidHint((changed) => changed.includes('connections') && this.#hinted()),
    ];
  }

  /** Sorted by name. Empty while not known. */
  get all(): readonly Connection[] {
    return this.reading.value ?? [];
  }

  get(name: string): Connection | null {
    return this.all.find((connection) => connection.name === name) ?? null;
  }

  /** The connection of a job. Null for local jobs, and while not known. */
  of({ connection }: Pick<Job, 'connection'>): Connection | null {
    return connection === null ? null : this.get(connection);
  }

  /** Number of running jobs of a connection. */
  running(name: string): number {
    return this.#deps.model.all().filter(({ connection, status }) => connection === name && status === 'running')
      .length;
  }

  /** While visible, the connections are kept up to date. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.reading.setVisible(visible);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.reading.dispose();
    this.#emitter.dispose();
  }

  #jobsChanged({ changed }: JobsChange): void {
    const names = new Set(changed.flatMap((id) => this.#deps.model.get(id)?.connection ?? []));
    if (names.size === 0) return;
    const unknown = [...names].filter((name) => this.get(name) === null && !this.#asked.has(name));
    for (const name of unknown) this.#asked.add(name);
    if (unknown.length > 0) void this.reading.refresh();
    else this.reading.mayHaveChanged();
  }

  /** While hidden, they are read again only if rows and pages show that one is not connected. */
  #hinted(): void {
    if (!this.#visible && this.all.some(({ state }) => state !== 'connected')) void this.reading.refresh();
    else this.reading.mayHaveChanged();
  }

  #stateChanged(state: ConnectionState): void {
    const live = isLive(state);
    if (live && !this.#live) this.#cameBack();
    this.#live = live;
    const warning = warningIn(state);
    if (warning === this.#warning) return;
    this.#warning = warning;
    if (live) void this.reading.refresh();
  }

  /** The daemon is back, or another one is running. The connections in rows of jobs are read again. */
  #cameBack(): void {
    this.#asked.clear();
    if (this.#deps.model.all().some(({ connection }) => connection !== null)) void this.reading.refresh();
  }

  #read(before: readonly Connection[] | undefined, now: readonly Connection[] | undefined): void {
    if (JSON.stringify(before) !== JSON.stringify(now)) this.#emitter.fire();
  }
}

/** The daemon's warning about connections, or an empty string. */
function warningIn({ warnings }: ConnectionState): string {
  return warnings.find(({ code }) => code === 'CONNECTION_FAILED')?.message ?? '';
}
