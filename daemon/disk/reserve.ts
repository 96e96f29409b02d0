/** Disk space kept for a full disk, so that ends of jobs and commands that stop or remove jobs can still be saved. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isFull } from '../start/home.ts';

/** Bytes of the reserve. A command needs about 60 kB. */
export const reserveBytes = 4 * 1024 * 1024;

/** Bytes that a start needs, and that are kept for the next one: for `daemon.json`, the database's log and its index. */
const startBytes = 256 * 1024;

/** The reserve as writers of the database need it. */
export interface SpaceReserve {
  /** Whether it has been given up and could not be made again. */
  readonly isReleased: boolean;
  /** Gives the space to the database. Returns whether there was any. */
  release(): boolean;
  /** Makes it again if there is room. Returns whether it exists. */
  restore(): boolean;
}

export class Reserve implements SpaceReserve {
  readonly #file: string;
  readonly #databaseLog: string;
  #isReleased = false;

  /** `databaseLog` is the database's write-ahead log (`jobs.db-wal`). */
  constructor(file: string, databaseLog: string) {
    this.#file = file;
    this.#databaseLog = databaseLog;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  release(): boolean {
    const { size = 0 } = statSync(this.#file, { throwIfNoEntry: false }) ?? {};
    if (size <= startBytes) return false;
    truncateSync(this.#file, startBytes);
    this.#isReleased = true;
    // Otherwise the job that fills the disk would take the space at once.
    extend(this.#databaseLog, size - startBytes);
    return true;
  }

  /** Makes it, and gives all of it up if the disk is so full that the daemon could not start. */
  prepareStart(): void {
    this.#isReleased = !this.restore();
    const probe = `${this.#file}.probe`;
    try {
      fill(probe, startBytes);
    } catch (error) {
      if (!isFull(error)) return;
      rmSync(this.#file, { force: true });
      this.#isReleased = true;
    } finally {
      rmSync(probe, { force: true });
    }
  }

  /** Keeps a part for the next start, and gives the rest to the database. */
  completeStart(): void {
    if (!this.#isReleased || this.restore()) return;
    try {
      fill(this.#file, startBytes);
    } catch {
      return; // The disk is full, and a smaller file may be enough.
    }
    extend(this.#databaseLog, reserveBytes);
  }

  restore(): boolean {
    try {
      if (statSync(this.#file, { throwIfNoEntry: false })?.size !== reserveBytes) {
        if (freeBytes(dirname(this.#file)) < 2 * reserveBytes) return false;
        fill(this.#file, reserveBytes, true);
      }
    } catch {
      return false; // The disk is full or fails, which the next write of the database reports.
    }
    this.#isReleased = false;
    return true;
  }
}

/** Creates a file anew, so that what is in its place is neither written to nor blocks. */
function fill(file: string, bytes: number, flush = false): void {
  rmSync(file, { force: true });
  // Random bytes, because some file systems store neither zeros nor what they can compress.
  writeFileSync(file, randomBytes(bytes), { mode: 0o600, flag: 'wx', flush });
}

/** Bytes that the user can still write to the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/**
 * Appends zeros to SQLite's write-ahead log. SQLite overwrites them with its next frames; when it reads the log, it stops
 * at the first frame without a valid checksum. See https://www.sqlite.org/walformat.html
 */
function extend(file: string, bytes: number): void {
  const zeros = Buffer.alloc(64 * 1024);
  let log: number | null = null;
  try {
    log = openSync(file, 'r+');
    const { size } = fstatSync(log);
    for (let done = 0; done < bytes; ) done += writeSync(log, zeros, 0, zeros.length, size + done);
  } catch {
    // The log is missing, or others have already taken the space. SQLite uses the rest.
  } finally {
    if (log !== null) closeSync(log);
  }
}
