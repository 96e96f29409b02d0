/** Definition files. */
import type { Statements } from '../statements.ts';

/** A row of `definition_files`. */
export interface DefinitionFileRow {
  /** Absolute. */
  path: string;
  /** Its folder; null for the file of the home. */
  workspace: string | null;
  /** The text that was last activated; null if there is none. */
  text: string | null;
  addedAt: number;
}

export class DefinitionRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** All files, in the order in which they were added. */
  all(): DefinitionFileRow[] {
    const sql = 'SELECT path, workspace, text, added_at AS addedAt FROM definition_files ORDER BY added_at, path';
    return this.#sql.get(sql).all() as DefinitionFileRow[];
  }

  /** Names of the schedules that were paused when the file stopped defining them. */
  paused(source: string): Set<string> {
    const sql = 'SELECT name FROM paused_definitions WHERE source = ?';
    return new Set(this.#sql.get(sql).pluck().all(source) as string[]);
  }

  /** Whether the user agreed to a content of a file. */
  isAgreed(path: string, digest: string): boolean {
    const sql = 'SELECT 1 FROM agreed_definitions WHERE path = ? AND digest = ?';
    return this.#sql.get(sql).get(path, digest) !== undefined;
  }
}
