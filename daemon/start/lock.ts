/** The lock that allows only one daemon per home, and the first use of the native SQLite binding. */
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { startProblem } from '../../shared/messages/start.ts';
import { homeUnusable } from './home.ts';

/** Milliseconds to wait for a daemon that is stopping, or for another one that is also taking the lock. */
const lockTimeout = 500;

/**
 * Loads the native binding.
 * @throws JobdeckError NATIVE_MODULE_FAILED
 */
export function loadNative(): void {
  try {
    new Database(':memory:').close();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const target = `${process.platform}-${process.arch}`;
    const error = startProblem('NATIVE_MODULE_FAILED', { reason, target });
    error.cause = cause;
    throw error;
  }
}

/**
 * Takes the lock and holds it until it is released or the process ends, in whatever way: the operating system keeps it.
 * @throws JobdeckError DAEMON_ALREADY_RUNNING, HOME_UNUSABLE
 */
export function takeLock(file: string): { release(): void } {
  let db: Database.Database | null = null;
  try {
    // SQLite would make it readable for everyone, and a reader can keep the daemon from locking it.
    closeSync(openSync(file, 'a', 0o600));
    db = new Database(file, { timeout: lockTimeout });
    // Other journal modes would admit a second daemon or leave files behind.
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => void held.close() };
  } catch (error) {
    db?.close();
    throw isBusy(error)
      ? startProblem('DAEMON_ALREADY_RUNNING', { home: dirname(file) })
      : homeUnusable(dirname(file), error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}
