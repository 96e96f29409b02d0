/** Opens the database file: permissions, settings, integrity, migrations; moves an unreadable file aside. */
import { chmodSync, closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { JobdeckError } from '../../shared/errors.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { storageProblem } from '../../shared/messages/storage.ts';
import { isCorrupt } from './errors.ts';
import { migrate, refuseNewer } from './schema/migrations.ts';

/**
 * Up to this size, every start checks the whole file, which takes about 10 ms. A larger file is only checked if reading
 * it has failed before (see `suspect`), so that the daemon starts quickly with a long history.
 */
const alwaysCheckedBytes = 4 * 1024 * 1024;

/** How long a statement waits while another program, such as the sqlite3 shell, locks the database. */
const busyTimeout = 1000;

/** Bytes that are read through a memory map; the rest is read by system calls. A failing disk ends the process. */
const mappedBytes = 2 * 1024 ** 3;

/**
 * Opens or creates the database, and checks all of it if it must be, however large. One that can't be read is renamed to
 * `setAside`, never emptied or deleted.
 * @throws JobdeckError DATABASE_NEWER, DATABASE_UNUSABLE
 */
export function openDatabase(
  file: string,
  now: () => number,
  mustCheck = false,
): { db: Database.Database; setAside: string | null } {
  try {
    return { db: openReadable(file, mustCheck), setAside: null };
  } catch (error) {
    if (!isCorrupt(error)) throw unusable(error, file);
  }
  try {
    const setAside = moveAside(file, now());
    return { db: openReadable(file), setAside };
  } catch (error) {
    throw unusable(error, file);
  }
}

/** Marks the database for a complete check when it is opened next. */
export function suspect(file: string): void {
  replaceFile(`${file}.suspect`, '');
}

function openReadable(file: string, mustCheck = false): Database.Database {
  // Created before SQLite opens it, so that other users can never read it; -wal and -shm get the same mode.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new Database(file, { timeout: busyTimeout });
  try {
    refuseNewer(db, file);
    if (mustCheck || statSync(file).size <= alwaysCheckedBytes || existsSync(`${file}.suspect`)) check(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    // Statements must not need temporary files, which a full disk would refuse.
    db.pragma('temp_store = MEMORY');
    db.pragma(`mmap_size = ${mappedBytes}`);
    migrate(db);
    // Damage of these pages found now moves the file aside. Found later, it would prevent the daemon from starting.
    db.prepare('SELECT * FROM meta').all();
    rmSync(`${file}.suspect`, { force: true });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function check(db: Database.Database): void {
  const [problem] = db.pragma('quick_check(1)') as { quick_check: string }[];
  if (problem && problem.quick_check !== 'ok') {
    throw new Database.SqliteError(problem.quick_check, 'SQLITE_CORRUPT');
  }
}

/** Renames the database with its -wal and -shm, so that the three still belong together. Returns its new path. */
export function moveAside(file: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(':', '-');
  let aside = `${file}.corrupt-${time}`;
  for (let n = 2; existsSync(aside); n += 1) aside = `${file}.corrupt-${time}-${n}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  rmSync(`${file}.suspect`, { force: true });
  return aside;
}

function unusable(error: unknown, file: string): JobdeckError {
  if (error instanceof JobdeckError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return storageProblem('DATABASE_UNUSABLE', { file, reason });
}
