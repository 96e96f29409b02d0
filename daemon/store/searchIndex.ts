/**
 * The full-text index. Triggers note in `search_due` which jobs changed or were removed. These are indexed together: before
 * a search, or when there are many. A short job is thus indexed once, and not with each change of its status.
 */
import type { Database } from 'better-sqlite3';
import { isStorageError, storageError } from './errors.ts';
import type { Statements } from './statements.ts';
import { undone } from './undone.ts';

/** Jobs that may be due, so that a search waits some milliseconds at most. */
const mostDue = 256;
/** Jobs that are indexed at once when more are due, so that the event loop isn't held for long. */
const slice = 128;

const due = 'SELECT seq FROM search_due ORDER BY seq LIMIT CAST(? AS INTEGER)';
const everything = -1;

export class SearchIndex {
  readonly #db: Database;
  readonly #sql: Statements;
  readonly #onProblem: (error: unknown) => void;
  #scheduled: NodeJS.Immediate | null = null;

  /** `onProblem` is called with errors of indexing between searches; the jobs stay due. */
  constructor(db: Database, sql: Statements, onProblem: (error: unknown) => void) {
    this.#db = db;
    this.#sql = sql;
    this.#onProblem = onProblem;
  }

  /** Runs a query on an up-to-date index. If the disk is full, the jobs stay due and are indexed only for this query. */
  search<T>(query: () => T): T {
    if (!this.#hasMoreThan(0)) return query();
    try {
      this.#commit(everything);
    } catch (error) {
      if (!isStorageError(storageError(error))) throw error;
      return undone(this.#db, () => {
        this.#index(everything);
        return query();
      });
    }
    return query();
  }

  /** After a commit: indexes jobs in the following turns of the event loop while too many are due. */
  limit(): void {
    if (this.#scheduled !== null || !this.#hasMoreThan(mostDue)) return;
    this.#scheduled = setImmediate(() => {
      this.#scheduled = null;
      try {
        this.#commit(slice);
        this.limit();
      } catch (error) {
        this.#onProblem(error);
      }
    });
  }

  close(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = null;
  }

  #hasMoreThan(count: number): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM search_due LIMIT 1 OFFSET ${count})`;
    return this.#sql.get(sql).pluck().get() === 1;
  }

  #commit(most: number): void {
    this.#db.transaction(() => this.#index(most)).immediate();
  }

  #index(most: number): void {
    this.#sql.get(`DELETE FROM search WHERE rowid IN (${due})`).run(most);
    const insert = `INSERT INTO search (rowid, title, command, message, error, facets)
      SELECT seq, title, command, message, error, facets FROM search_docs WHERE seq IN (${due})`;
    this.#sql.get(insert).run(most);
    this.#sql.get(`DELETE FROM search_due WHERE seq IN (${due})`).run(most);
  }
}
