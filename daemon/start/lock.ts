/** The lock that allows only one daemon per home, and the first use of the native SQLite binding. */
import { closeSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { findHolder } from '../../shared/client/holder.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { openFileSync } from '../../shared/files/regularFile.ts';
import { startProblem } from '../../shared/messages/start.ts';
import { homeUnusable } from './home.ts';

const create = constants.O_WRONLY | constants.O_CREAT;
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

export interface Lock {
  /**
   * Whether this daemon still has the lock of the home. If the file was deleted, it takes the lock of a new one, unless
   * another daemon was faster.
   */
  keep(): boolean;
  release(): void;
}

/**
 * Takes the lock and holds it until it is released or the process ends, in whatever way: the operating system keeps it.
 * @throws JobdeckError DAEMON_ALREADY_RUNNING, HOME_IN_USE, HOME_UNUSABLE
 */
export function takeLock(file: string): Lock {
  let held = lockFile(file);
  return {
    keep() {
      // Opening and closing the locked file itself would release the lock (fcntl(2)), so it is only compared.
      if (identityOf(file) === held.identity) return true;
      try {
        const next = lockFile(file);
        held.db.close();
        held = next;
        return true;
      } catch (error) {
        if (error instanceof JobdeckError && error.code !== 'HOME_UNUSABLE') return false;
        return true; // For example because the disk is full. The next check tries again.
      }
    },
    release: () => void held.db.close(),
  };
}

function lockFile(file: string): { db: Database.Database; identity: string | null } {
  let db: Database.Database | null = null;
  try {
    // SQLite would make it readable for everyone, and a reader can keep the daemon from locking it.
    closeSync(openFileSync(file, { flags: create, own: true }));
    db = new Database(file, { timeout: lockTimeout });
    // Nothing is ever written, so a journal in memory is enough. One in a file could not be created on a full disk, WAL
    // would admit a second daemon, and other modes would leave files behind.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return { db, identity: identityOf(file) };
  } catch (error) {
    db?.close();
    throw isBusy(error) ? alreadyRunning(dirname(file)) : homeUnusable(dirname(file), error);
  }
}

function alreadyRunning(home: string): JobdeckError {
  const holder = findHolder(home);
  if (holder?.host == null) return startProblem('DAEMON_ALREADY_RUNNING', { home });
  return startProblem('HOME_IN_USE', { home, host: holder.host, pid: holder.pid });
}

function identityOf(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}
