/**
 * How the connections to engines beyond this machine stand, for every surface that shows them or their jobs. They are
 * read when somebody sees them and they may have changed; and, seen or not, when what rows say of jobs may be wrong: a
 * connection comes up in a job for the first time, the daemon warns of one or no longer does, or one that is not
 * connected may have come to be.
 */
import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { type ConnectionState, type DaemonAccess, type FeedHints, isLive } from '../daemon/access.ts';
import type { JobsChange, JobsModel } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';

/** Milliseconds between two readings that nobody waits for. */
const pace = 1_000;

export interface StandingsDeps {
  readonly access: DaemonAccess & FeedHints;
  readonly model: Pick<JobsModel, 'get' | 'all' | 'onDidChange'>;
}

export class Standings implements Disposable {
  readonly reading: Reading<Connection[]>;
  readonly #deps: StandingsDeps;
  readonly #emitter = new Emitter<void>();
  readonly #subscriptions: Disposable[];
  /** Names that came up in jobs and were asked for: one that was removed is not asked for again. */
  readonly #asked = new Set<string>();
  #warning: string;
  #live: boolean;
  #visible = false;

  /** Fires when a connection is, or may be, another than it was. */
  readonly onDidChange: Event<void> = this.#emitter.event;

  constructor(deps: StandingsDeps) {
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

  /** By name; none while they are not known. */
  get all(): readonly Connection[] {
    return this.reading.value ?? [];
  }

  get(name: string): Connection | null {
    return this.all.find((connection) => connection.name === name) ?? null;
  }

  /** The connection of a job; null for jobs of this machine, and while it is not known. */
  of({ connection }: Pick<Job, 'connection'>): Connection | null {
    return connection === null ? null : this.get(connection);
  }

  /** How many jobs of a connection run. */
  running(name: string): number {
    return this.#deps.model.all().filter(({ connection, status }) => connection === name && status === 'running')
      .length;
  }

  /** While connections are seen, they are kept true. */
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

  /** Seen by nobody, only those are asked for again that rows and pages say something of. */
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

  /** The daemon, or another one, is there: what rows say of jobs is read anew. */
  #cameBack(): void {
    this.#asked.clear();
    if (this.#deps.model.all().some(({ connection }) => connection !== null)) void this.reading.refresh();
  }

  #read(before: readonly Connection[] | undefined, now: readonly Connection[] | undefined): void {
    if (JSON.stringify(before) !== JSON.stringify(now)) this.#emitter.fire();
  }
}

/** What the daemon warns of connections. */
function warningIn({ warnings }: ConnectionState): string {
  return warnings.find(({ code }) => code === 'CONNECTION_FAILED')?.message ?? '';
}
