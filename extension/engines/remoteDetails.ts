/** Additional data for the page of a remote job: its connection and its source. */
import type { JobDetail } from '../../shared/job.ts';
import type { PanelRemote } from '../../shared/panel.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import type { Connections } from './connections.ts';
import { type SourceQuery, sourceQueryOf } from './source/taskName.ts';

export interface RemoteDetailsDeps {
  readonly connections: Pick<Connections, 'of' | 'onDidChange'>;
  /** Location of the source in the workspace as text, or null. */
  sourceOf(query: SourceQuery): Promise<string | null>;
  log(line: string): void;
}

export class RemoteDetails implements Disposable {
  readonly #deps: RemoteDetailsDeps;
  readonly #emitter = new Emitter<void>();
  readonly #subscription: Disposable;
  /** Locations found last, by engine and name. */
  readonly #sources = new Map<string, string | null>();

  /** Fires when the result of `of` may have changed. */
  readonly onDidChange: Event<void> = this.#emitter.event;

  constructor(deps: RemoteDetailsDeps) {
    this.#deps = deps;
    this.#subscription = deps.connections.onDidChange(() => this.#emitter.fire());
  }

  /** Null for a local job. The source is searched in the background, which fires an event if found. */
  of(job: JobDetail): PanelRemote | null {
    if (job.connection === null) return null;
    const query = sourceQueryOf(job, job.metadata);
    if (query !== null) void this.#findSource(query);
    const source = query === null ? null : (this.#sources.get(keyOf(query)) ?? null);
    return { connection: this.#connectionOf(job), source };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#emitter.dispose();
  }

  #connectionOf(job: JobDetail): PanelRemote['connection'] {
    const connection = this.#deps.connections.of(job);
    if (connection === null) return null;
    const { name, engine, state, since, confirmedAt, problem, readOnly } = connection;
    return { name, engine, state, since, confirmedAt, problem, readOnly };
  }

  async #findSource(query: SourceQuery): Promise<void> {
    try {
      const found = await this.#deps.sourceOf(query);
      if (found === (this.#sources.get(keyOf(query)) ?? null)) return;
      this.#sources.set(keyOf(query), found);
      this.#emitter.fire();
    } catch (error) {
      this.#deps.log(`Could not search for the source of ${query.name}: ${String(error)}`);
    }
  }
}

function keyOf({ engine, name }: SourceQuery): string {
  return `${engine} ${name}`;
}
