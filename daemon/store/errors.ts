/** Translates SQLite's errors for the user. */
import { JobdeckError } from '../../shared/errors.ts';
import { storageProblem } from '../../shared/messages/storage.ts';

/** SQLite's result code such as `SQLITE_FULL`, or null for other errors. */
function sqliteCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
    ? error.code
    : null;
}

/** Whether the file is not a database, or one with damaged pages. */
export function isCorrupt(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error) ?? '');
}

const problems = [
  [/^SQLITE_FULL/, 'STORAGE_FULL'],
  [/^SQLITE_IOERR/, 'STORAGE_FAILED/disk'],
  [/^SQLITE_(BUSY|LOCKED)/, 'STORAGE_FAILED/locked'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'STORAGE_FAILED/damaged'],
  [/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/, 'STORAGE_FAILED/readOnly'],
] as const;

/** A `JobdeckError` for problems of the disk; other errors, such as a defect in SQL, as they are. */
export function storageError(error: unknown): unknown {
  const sqlite = sqliteCode(error);
  const id = sqlite === null ? undefined : problems.find(([pattern]) => pattern.test(sqlite))?.[1];
  if (id === undefined || sqlite === null || !(error instanceof Error)) return error;
  return storageProblem(id, { reason: error.message, sqlite });
}

/** Whether the error came from the disk and not from the data, so that the same write may succeed later. */
export function isStorageError(error: unknown): error is JobdeckError {
  return error instanceof JobdeckError && (error.code === 'STORAGE_FULL' || error.code === 'STORAGE_FAILED');
}
