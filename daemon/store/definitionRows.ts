/** Files of definitions, as they are kept. */
import type { Statements } from './statements.ts';

/** A row of `definition_files`. */
export interface DefinitionFileRow {
  /** Absolute. */
  path: string;
  /** Its folder; null for the file of the home. */
  workspace: string | null;
  /** The last text that was put in force; null when there is none. */
  text: string | null;
  addedAt: number;
}

/** All files, those that were added first first. */
export function definitionFiles(sql: Statements): DefinitionFileRow[] {
  const query = 'SELECT path, workspace, text, added_at AS addedAt FROM definition_files ORDER BY added_at, path';
  return sql.get(query).all() as DefinitionFileRow[];
}

/** Adds a file, or changes the text that is in force of one. */
export function putDefinitionFile(sql: Statements, row: DefinitionFileRow): void {
  sql
    .get(
      `INSERT INTO definition_files (path, workspace, text, added_at) VALUES (@path, @workspace, @text, @addedAt)
      ON CONFLICT DO UPDATE SET text = excluded.text`,
    )
    .run(row);
}

export function removeDefinitionFile(sql: Statements, path: string): void {
  sql.get('DELETE FROM definition_files WHERE path = ?').run(path);
}
