/** Prepared statements. */
import type { Database, Statement } from 'better-sqlite3';

/**
 * Statements prepared once per text. SQLite compiles one anew with every value bound, which takes twenty times as long as
 * running it, where the value could change the plan: in `column = ?` beside partial indexes, and in `LIMIT ?`. The
 * statements of every job's way therefore say `column = +?` and `LIMIT CAST(? AS INTEGER)`, which it does not look into.
 */
export class Statements {
  readonly #db: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  get(sql: string): Statement {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}
