/** What SQLite's errors mean to the user. */
import { JobdeckError } from '../../shared/errors.ts';

/** SQLite's result code such as `SQLITE_FULL`, or null when the error is not one of SQLite's. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
    ? error.code
    : null;
}

/** Whether the error says that the file is no database, or one with damaged pages. */
export function isCorrupt(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error) ?? '');
}

const reasons: [RegExp, 'STORAGE_FULL' | 'STORAGE_FAILED', string, string][] = [
  [/^SQLITE_FULL/, 'STORAGE_FULL', 'The disk is full', 'Free some space; running jobs go on and catch up.'],
  [/^SQLITE_IOERR/, 'STORAGE_FAILED', 'The disk failed', 'Check the disk and its free space, then try again.'],
  [
    /^SQLITE_(BUSY|LOCKED)/,
    'STORAGE_FAILED',
    'Another program locks the database',
    'Close that program, then try again.',
  ],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'STORAGE_FAILED', 'The database is damaged', 'Restart the daemon: it sets it aside.'],
  [
    /^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/,
    'STORAGE_FAILED',
    'The database cannot be written',
    'Check its permissions.',
  ],
];

/** Full disks, failing ones and the like as a `JobdeckError`; anything else, such as a defect in SQL, as it is. */
export function storageError(error: unknown): unknown {
  const code = sqliteCode(error);
  const found = code === null ? undefined : reasons.find(([pattern]) => pattern.test(code));
  if (!found || !(error instanceof Error)) return error;
  const [, name, sentence, hint] = found;
  return new JobdeckError(name, `${sentence}: ${error.message} (${code}).`, hint);
}

/** Whether the error came from the disk and not from what was written, so that the same write may succeed later. */
export function isStorageError(error: unknown): boolean {
  return error instanceof JobdeckError && (error.code === 'STORAGE_FULL' || error.code === 'STORAGE_FAILED');
}
