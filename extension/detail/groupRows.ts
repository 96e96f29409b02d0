/** The jobs of a group for its page: read once, then kept up to date from the change feed. */
import { type ChildRow, ChildRows, type ChildrenMessage, childRow } from '../../shared/childRow.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { Job } from '../../shared/job.ts';
import type { PanelMessage } from '../../shared/panel.ts';
import type { Disposable } from '../base/event.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';

/** Jobs per request. The first one is small, so that the page has rows soon. */
const [firstPage, page] = [100, 500];
/** Milliseconds between two readings of all jobs, if changes may have been missed. */
const pace = 2_000;

export interface GroupRowsDeps {
  readonly access: DaemonAccess;
  readonly model: Pick<JobsModel, 'get' | 'onDidChange' | 'onDidChangeOlder'>;
  /** Sends a message to the page. */
  send(message: PanelMessage): void;
  /** `problem` has changed. */
  problemChanged(): void;
}

export class GroupRows implements Disposable {
  readonly #group: string;
  readonly #deps: GroupRowsDeps;
  readonly #rows = new ChildRows();
  readonly #reading: Reading<true>;
  readonly #subscriptions: Disposable[];
  /** IDs of the rows that changed since the reading of all jobs began. */
  #newer = new Set<string>();
  #shown = false;

  constructor(group: string, deps: GroupRowsDeps) {
    const { access, model } = deps;
    this.#group = group;
    this.#deps = deps;
    this.#reading = new Reading({ access, read: (client) => this.#read(client), pace });
    let before: ErrorBody | null = null;
    this.#subscriptions = [
      this.#reading.onDidRead(() => {
        if (this.problem !== before) deps.problemChanged();
        before = this.problem;
      }),
      model.onDidChange(({ changed, removed, reset }) => {
        this.#changed(
          changed.flatMap((id) => model.get(id) ?? []),
          removed,
        );
        if (reset) this.#reading.mayHaveChanged();
      }),
      model.onDidChangeOlder(({ jobs, removed }) => this.#changed(jobs, removed)),
    ];
  }

  /** Why the jobs could not be read. */
  get problem(): ErrorBody | null {
    return this.#reading.problem;
  }

  /** Sends the page what is known, and reads the jobs if they may have changed. */
  show(): void {
    this.#shown = true;
    const { rows, complete } = this.#rows;
    if (rows.length > 0) this.#deps.send({ type: 'children', reset: true, rows, removed: [], complete });
    this.#reading.setVisible(true);
  }

  hide(): void {
    this.#shown = false;
    this.#reading.setVisible(false);
  }

  dispose(): void {
    this.#reading.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #read(client: DaemonClient): Promise<true> {
    // Rows that are shown stay until all have been read again.
    const first = !this.#rows.complete;
    const all: ChildRow[] = [];
    this.#newer = new Set();
    let cursor: string | undefined;
    do {
      const limit = cursor === undefined ? firstPage : page;
      const query = { parent: this.#group, sort: 'createdAt', order: 'asc', limit } as const;
      const list = await client.list(cursor === undefined ? query : { ...query, cursor });
      const reset = all.length === 0;
      const rows = list.jobs.map(childRow);
      all.push(...rows);
      cursor = list.nextCursor ?? undefined;
      if (first) this.#apply({ reset, rows, removed: [], complete: cursor === undefined });
    } while (cursor !== undefined && this.#shown);
    if (!first && cursor === undefined) {
      const rows = this.#withNewer(all);
      this.#apply({ reset: true, rows, removed: [], complete: true });
    }
    return true;
  }

  /** The rows as read, with the changes that the feed has reported since. */
  #withNewer(read: readonly ChildRow[]): ChildRow[] {
    const known = new Set(read.map(({ id }) => id));
    const added = [...this.#newer].filter((id) => !known.has(id));
    const newer = (id: string) => (this.#newer.has(id) ? this.#rows.get(id) : undefined);
    return [
      ...read.flatMap((row) => (this.#newer.has(row.id) ? (newer(row.id) ?? []) : row)),
      ...added.flatMap((id) => newer(id) ?? []),
    ];
  }

  /** Changes of known jobs, and new ones once all are known; others are still to be read. */
  #changed(jobs: readonly Job[], removed: readonly string[]): void {
    const known = (id: string) => this.#rows.get(id) !== undefined;
    const { complete } = this.#rows;
    const own = jobs.filter(({ id, parentId }) => parentId === this.#group && (complete || known(id)));
    const gone = removed.filter(known);
    if (own.length + gone.length === 0) return;
    for (const id of [...own.map((job) => job.id), ...gone]) this.#newer.add(id);
    this.#apply({ reset: false, rows: own.map(childRow), removed: gone, complete });
  }

  #apply(change: Omit<ChildrenMessage, 'type'>): void {
    this.#rows.apply(change);
    if (this.#shown) this.#deps.send({ type: 'children', ...change });
  }
}
