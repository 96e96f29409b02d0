/** What the page of a job that runs elsewhere has beside the job: how its connection stands, and where its source is. */
import type { JobDetail } from '../../shared/job.ts';
import type { PanelRemote } from '../../shared/panel.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { type Sought, soughtOf } from './source/taskName.ts';
import type { Standings } from './standings.ts';

export interface RemoteDetailsDeps {
  readonly standings: Pick<Standings, 'of' | 'onDidChange'>;
  /** Where the window's folders have it, as people read it; null: nowhere. */
  sourceOf(sought: Sought): Promise<string | null>;
  log(line: string): void;
}

export class RemoteDetails implements Disposable {
  readonly #deps: RemoteDetailsDeps;
  readonly #emitter = new Emitter<void>();
  readonly #subscription: Disposable;
  /** What was found last, by engine and name. */
  readonly #sources = new Map<string, string | null>();

  /** Fires when what `of` gives may have changed. */
  readonly onDidChange: Event<void> = this.#emitter.event;

  constructor(deps: RemoteDetailsDeps) {
    this.#deps = deps;
    this.#subscription = deps.standings.onDidChange(() => this.#emitter.fire());
  }

  /** Null for a job of this machine. Its source is looked for, and told of when it is found. */
  of(job: JobDetail): PanelRemote | null {
    if (job.connection === null) return null;
    const sought = soughtOf(job, job.metadata);
    if (sought !== null) void this.#look(sought);
    const source = sought === null ? null : (this.#sources.get(keyOf(sought)) ?? null);
    return { connection: this.#connectionOf(job), source };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#emitter.dispose();
  }

  #connectionOf(job: JobDetail): PanelRemote['connection'] {
    const connection = this.#deps.standings.of(job);
    if (connection === null) return null;
    const { name, engine, state, since, confirmedAt, problem, readOnly } = connection;
    return { name, engine, state, since, confirmedAt, problem, readOnly };
  }

  async #look(sought: Sought): Promise<void> {
    try {
      const found = await this.#deps.sourceOf(sought);
      if (found === (this.#sources.get(keyOf(sought)) ?? null)) return;
      this.#sources.set(keyOf(sought), found);
      this.#emitter.fire();
    } catch (error) {
      this.#deps.log(`The source of ${sought.name} could not be looked for: ${String(error)}`);
    }
  }
}

function keyOf({ engine, name }: Sought): string {
  return `${engine} ${name}`;
}
