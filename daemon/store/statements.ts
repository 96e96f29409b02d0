/** Prepared statements. */
import type { Database, Statement } from 'better-sqlite3';

/**
 * Statements prepared once per text. SQLite recompiles a statement for each bound value that could change its plan,
 * which takes twenty times as long as running it: for `column = ?` with partial indexes, and for `LIMIT ?`. Frequent
 * statements therefore use `column = +?` and `LIMIT CAST(? AS INTEGER)`, which SQLite does not inspect.
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
