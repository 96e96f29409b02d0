/** The lock that keeps the daemon single, and the first use of the native SQLite binding. */
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { JobdeckError } from '../../shared/errors.ts';
import { homeUnusable } from './home.ts';

/** Milliseconds to wait for a daemon that is just stopping, or for another one that also asks for the lock. */
const patience = 500;

/**
 * Loads the native binding.
 * @throws JobdeckError NATIVE_MODULE_FAILED
 */
export function loadNative(): void {
  try {
    new Database(':memory:').close();
  } catch (cause) {
    const error = new JobdeckError(
      'NATIVE_MODULE_FAILED',
      `Jobdeck's SQLite could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      `Install the Jobdeck package made for this system (${process.platform}-${process.arch}).`,
    );
    error.cause = cause;
    throw error;
  }
}

/**
 * Takes the lock and holds it until released or the process is gone, however it goes: the operating system keeps it.
 * @throws JobdeckError DAEMON_ALREADY_RUNNING, HOME_UNUSABLE
 */
export function takeLock(file: string): { release(): void } {
  let db: Database.Database | null = null;
  try {
    // SQLite would make it readable by everyone, and who can read it can keep the daemon from locking it.
    closeSync(openSync(file, 'a', 0o600));
    db = new Database(file, { timeout: patience });
    // Other journal modes would let a second one in or leave files behind.
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => void held.close() };
  } catch (error) {
    db?.close();
    throw isBusy(error) ? alreadyRunning(dirname(file)) : homeUnusable(dirname(file), error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

function alreadyRunning(home: string): JobdeckError {
  return new JobdeckError(
    'DAEMON_ALREADY_RUNNING',
    `A Jobdeck daemon already runs for ${home}.`,
    'Use that one; “jobdeck daemon status” tells about it.',
  );
}
