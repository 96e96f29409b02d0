/** Notices a database that is missing, or not in the state in which it was last used. */
import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { moveAside } from './database.ts';
import type { Marker } from './marker.ts';

/**
 * `unreadable`: SQLite could not read it; `missing`: it was missing or empty, so a new one was created; `older`: changes
 * are missing; `replaced`: it is another one.
 */
export interface Damage {
  kind: 'unreadable' | 'missing' | 'older' | 'replaced';
  /** Where the damaged file is now; null if there is none. */
  setAside: string | null;
}

/** The first bytes of a write-ahead log. See https://www.sqlite.org/walformat.html */
const logMagic = new Set([0x377f0682, 0x377f0683]);

/**
 * Examines the files before SQLite opens them, because it deletes a log that it can't use. Unusable files are moved
 * aside. `hasTraces`: there are logs or run folders of jobs.
 */
export function examineFiles(file: string, hasTraces: boolean, now: number): Damage | null {
  const log = `${file}-wal`;
  if (sizeOf(file) === 0) {
    const setAside = sizeOf(log) > 0 ? moveAside(file, now) : null;
    return hasTraces || setAside !== null ? { kind: 'missing', setAside } : null;
  }
  if (!isGarbage(log)) return null;
  const setAside = moveAside(log, now);
  // The index describes the log that was there.
  if (sizeOf(`${file}-shm`) > 0) renameSync(`${file}-shm`, `${setAside}-shm`);
  return { kind: 'older', setAside };
}

/** A launch that has a run folder. */
export interface LaunchTrace {
  jobId: string;
  attempt: number;
  launch: number;
}

/** Compares the open database with its marker and with run folders. `found` is what the files already showed. */
export function compare(
  db: Database,
  { marker, launches }: { marker: Marker | null; launches: readonly LaunchTrace[] },
  found: Damage | null,
): Damage | null {
  const damage = compareMarker(db, marker, found);
  return damage === null && hasLost(db, launches) ? { kind: 'older', setAside: null } : damage;
}

/**
 * Whether the database lacks a launch. Each is committed before it gets a run folder, and the IDs of removed jobs are
 * kept, so commits are gone that the marker did not record.
 */
function hasLost(db: Database, launches: readonly LaunchTrace[]): boolean {
  const isKnown = db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM deleted WHERE id = @jobId) OR EXISTS (
         SELECT 1 FROM jobs WHERE id = @jobId AND (attempt > @attempt OR EXISTS (
           SELECT 1 FROM attempts WHERE job_id = @jobId AND number = @attempt AND launch >= @launch)))`,
    )
    .pluck();
  return launches.some((launch) => isKnown.get(launch) !== 1);
}

function compareMarker(db: Database, marker: Marker | null, found: Damage | null): Damage | null {
  if (found?.kind === 'missing' || marker === null) return found;
  const meta = (key: string) => db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key);
  if (meta('epoch') !== marker.epoch) return { kind: 'replaced', setAside: found?.setAside ?? null };
  if (Number(meta('rev')) < marker.rev) return { kind: 'older', setAside: found?.setAside ?? null };
  return found;
}

/** Gives the database a new identity, so that clients load everything again. */
export function renew(db: Database, { kind }: Damage, marker: Marker | null): void {
  db.prepare(`UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'epoch'`).run();
  const isNew = kind === 'missing' || kind === 'unreadable';
  // Jobs that are running report with tokens derived from it.
  if (isNew && marker !== null) {
    db.prepare(`UPDATE meta SET value = ? WHERE key = 'job_token_secret'`).run(marker.jobTokenSecret);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Whether a write-ahead log doesn't begin like one. One of zeros is empty. */
function isGarbage(log: string): boolean {
  if (sizeOf(log) === 0) return false;
  const head = Buffer.alloc(4);
  const file = openSync(log, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  const magic = head.readUInt32BE();
  return magic !== 0 && !logMagic.has(magic);
}
