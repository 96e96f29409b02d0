/** Group commit: writes that arrive in the same turn of the event loop share one transaction and one revision. */
import type { Database } from 'better-sqlite3';
import type { FeedSubject } from '../../shared/feedMessages.ts';
import { requestProblem } from '../../shared/messages/requests.ts';
import { storageError } from './errors.ts';
import type { ChangeSet } from './ports.ts';
import type { Reads } from './reads.ts';
import type { Statements } from './statements.ts';
import { Tx } from './tx.ts';
import { undone } from './undone.ts';

/** The result of a closure, or what it threw. */
export type Outcome<T = unknown> = { value: T } | { error: unknown };

interface QueuedWrite {
  /** Runs the closure in its savepoint and keeps its result or error. Returns whether it succeeded. */
  run(tx: Tx): boolean;
  /** Settles the caller's promise, with `error` if the whole batch failed. */
  settle(error: unknown): void;
}

export interface CommitOptions {
  /** Number of tombstones kept for clients that resume; a client that missed more gets a snapshot. */
  keptTombstones: number;
  /** Runs at the end of each write, in its savepoint. */
  beforeEnd(tx: Tx): void;
  /** Called after each commit that changed something. Must not throw. */
  onCommit(changes: ChangeSet): void;
  /** Called after each commit that changed queues or schedules. Must not throw. */
  onHint(changed: ReadonlySet<FeedSubject>): void;
  /** Called with SQLite's error for every write that the disk refused. */
  onStorageError(error: unknown): void;
}

export class Commits {
  readonly #db: Database;
  readonly #sql: Statements;
  readonly #reads: Reads;
  readonly #options: CommitOptions;
  #queue: QueuedWrite[] = [];
  #scheduled: NodeJS.Immediate | null = null;
  #closed = false;
  #rev: number;

  constructor(db: Database, sql: Statements, reads: Reads, options: CommitOptions) {
    this.#db = db;
    this.#sql = sql;
    this.#reads = reads;
    this.#options = options;
    this.#rev = sql.get(`SELECT value FROM meta WHERE key = 'rev'`).pluck().get() as number;
  }

  get rev(): number {
    return this.#rev;
  }

  /**
   * Runs `closure` in a savepoint of the next commit. Resolves with its result after the commit. If it throws,
   * only its writes are rolled back. STORAGE_FULL or STORAGE_FAILED if the disk refuses it.
   */
  write<T>(closure: (tx: Tx) => T): Promise<T> {
    if (this.#closed) {
      return Promise.reject(requestProblem('DAEMON_STOPPING'));
    }
    return new Promise<T>((resolve, reject) => {
      const { run, outcome } = this.#runner(closure);
      const settle = (error: unknown) => {
        const own = outcome();
        if (error !== undefined) reject(error);
        else if ('value' in own) resolve(own.value);
        else reject(this.#translate(own.error));
      };
      this.#queue.push({ run, settle });
      this.#scheduled ??= setImmediate(() => this.flush());
    });
  }

  /**
   * Runs closures as a commit would and calls `read` on the result, then undoes everything. Needs no disk space.
   * Returns what `read` returned.
   */
  rehearse<T>(closures: readonly ((tx: Tx) => unknown)[], read: (changes: ChangeSet, outcomes: Outcome[]) => T): T {
    const runners = closures.map((closure) => this.#runner(closure));
    const batch = runners.map(({ run }) => ({ run, settle: () => undefined }));
    const changes = emptyChanges(this.#rev + 1);
    try {
      return undone(this.#db, () => {
        this.#runAll(batch, changes, new Set());
        return read(
          changes,
          runners.map(({ outcome }) => translated(outcome())),
        );
      });
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /** Runs a closure in a savepoint and keeps its outcome. */
  #runner<T>(closure: (tx: Tx) => T): { run(tx: Tx): boolean; outcome(): Outcome<T> } {
    let outcome: Outcome<T> = { error: new Error('The write never ran.') };
    return {
      outcome: () => outcome,
      run: (tx) => {
        try {
          // Nested in the batch's transaction this is a savepoint.
          const write = () => {
            const value = closure(tx);
            this.#options.beforeEnd(tx);
            return value;
          };
          outcome = { value: this.#db.transaction(write)() };
          return true;
        } catch (error) {
          // A full disk can make SQLite roll back the whole transaction at once.
          if (!this.#db.inTransaction) throw error;
          outcome = { error };
          return false;
        }
      },
    };
  }

  /** Commits the queued writes. */
  flush(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length === 0) return;
    const changes = emptyChanges(this.#rev + 1);
    const subjects = new Set<FeedSubject>();
    try {
      this.#db.transaction(() => this.#runAll(batch, changes, subjects)).immediate();
    } catch (error) {
      const translated = this.#translate(error);
      for (const one of batch) one.settle(translated);
      return;
    }
    const hasChanges = changes.changed.length + changes.removed.length > 0;
    if (hasChanges) this.#rev = changes.rev;
    for (const one of batch) one.settle(undefined);
    if (hasChanges) this.#options.onCommit(changes);
    if (subjects.size > 0) this.#options.onHint(subjects);
  }

  /** Commits the queued writes and accepts no more. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  /** Runs the closures, then stamps the revision on the jobs they touched without writing their rows. */
  #runAll(batch: QueuedWrite[], changes: ChangeSet, subjects: Set<FeedSubject>): void {
    const changed = new Set<string>();
    const active = new Set<string>();
    const removed = new Set<string>();
    const stamped = new Set<string>();
    for (const one of batch) {
      const tx = new Tx(this.#sql, this.#reads, changes.rev);
      if (!one.run(tx)) continue;
      for (const id of tx.touched) changed.add(id);
      for (const id of tx.active) active.add(id);
      for (const id of tx.removed) removed.add(id);
      for (const id of tx.stamped) stamped.add(id);
      for (const subject of tx.subjects) subjects.add(subject);
    }
    changes.onlyActivity = changed.size + removed.size === 0;
    for (const id of removed) {
      changed.delete(id);
      active.delete(id);
    }
    if (changed.size + active.size + removed.size === 0) return;
    for (const id of changed) {
      if (!stamped.has(id)) this.#sql.get('UPDATE jobs SET rev = ? WHERE id = ?').run(changes.rev, id);
    }
    this.#sql.get(`UPDATE meta SET value = ? WHERE key = 'rev'`).run(changes.rev);
    if (removed.size > 0) this.#prune();
    for (const id of active) changed.add(id);
    changes.changed = [...changed];
    changes.removed = [...removed];
  }

  /** Forgets the oldest tombstones; clients behind them can no longer resume. */
  #prune(): void {
    const sql = 'SELECT rev FROM deleted ORDER BY rev DESC LIMIT 1 OFFSET ?';
    const newestPruned = this.#sql.get(sql).pluck().get(this.#options.keptTombstones) as number | undefined;
    if (newestPruned === undefined) return;
    this.#sql.get('DELETE FROM deleted WHERE rev <= ?').run(newestPruned);
    this.#sql.get(`UPDATE meta SET value = ? WHERE key = 'resumable_from'`).run(newestPruned);
  }

  #translate(error: unknown): unknown {
    const translated = storageError(error);
    if (translated !== error) this.#options.onStorageError(error);
    return translated;
  }
}

function translated(outcome: Outcome): Outcome {
  return 'error' in outcome ? { error: storageError(outcome.error) } : outcome;
}

function emptyChanges(rev: number): ChangeSet {
  return { rev, changed: [], removed: [], onlyActivity: true, isSaved: true };
}
