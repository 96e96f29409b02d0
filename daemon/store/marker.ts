/** `database.json` beside the database: what it was like when it was last used, so that its loss is noticed. */
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { readFileSafelySync } from '../../shared/files/regularFile.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { Problem } from '../../shared/messages/schema.ts';
import { compile } from '../../shared/validation.ts';
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

const Marker = Type.Object({
  epoch: Type.String(),
  /** A revision that is certainly on the disk. */
  rev: Type.Integer(),
  /** The file's inode. With another one, it is a copy that may not belong to its write-ahead log. */
  inode: Type.Integer(),
  /** Running jobs keep their tokens in a new database. */
  jobTokenSecret: Type.String(),
  /** The warning about damage, and when it was found, in milliseconds. */
  notice: Type.Union([Type.Object({ at: Type.Integer(), problem: Problem }), Type.Null()]),
});
export type Marker = Static<typeof Marker>;
const check = compile(Marker);

const maxBytes = 1024 * 1024;
/** Milliseconds between the first commit after the file was written and the next time it is. */
const interval = 30_000;
/** How long damage is shown as a warning, in milliseconds. */
const noticeAge = 7 * 86_400_000;

/** The marker; null if there is none or it can't be read. */
export function readMarker(file: string): Marker | null {
  try {
    const { value, problem } = check(JSON.parse(readFileSafelySync(file, { limit: maxBytes, own: true })));
    return problem === null ? value : null;
  } catch {
    return null;
  }
}

/** The warning about damage that was just found, or found by an earlier daemon. */
export function currentNotice(found: Problem | null, marker: Marker | null, now: number): Marker['notice'] {
  if (found !== null) return { at: now, problem: found };
  return marker?.notice != null && now - marker.notice.at < noticeAge ? marker.notice : null;
}

export interface MarkerDeps {
  file: string;
  database: string;
  store: Pick<Store, 'savedEpoch' | 'rev' | 'jobTokenSecret' | 'onCommit'>;
  notice: Marker['notice'];
  clock: Clock;
}

/** Keeps the marker up to date: half a minute after a commit, and when the daemon stops. */
export class MarkerKeeper {
  readonly #deps: MarkerDeps;
  readonly #secret: string;
  readonly #unsubscribe: () => void;
  #cancelTimer: (() => void) | null = null;
  #closed = false;

  constructor(deps: MarkerDeps) {
    this.#deps = deps;
    this.#secret = deps.store.jobTokenSecret();
    this.#unsubscribe = deps.store.onCommit(({ isSaved }) => {
      if (isSaved) this.#cancelTimer ??= deps.clock.after(interval, () => void this.save());
    });
  }

  /** Flushes the database's log first: a power failure must not look like damage. */
  async save(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const rev = this.#deps.store.rev();
    try {
      await flush(`${this.#deps.database}-wal`);
      if (!this.#closed) this.#write(rev);
    } catch {
      // A full or failing disk, of which the database warns. The earlier marker stays.
    }
  }

  /** Call this before the database is closed; the result after that. */
  close(): () => void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancelTimer?.();
    const rev = this.#deps.store.rev();
    return () => {
      // SQLite deletes its log once everything is in the database and flushed.
      if (statSync(`${this.#deps.database}-wal`, { throwIfNoEntry: false }) !== undefined) return;
      try {
        this.#write(rev);
      } catch {
        // As in `save`.
      }
    };
  }

  #write(rev: number): void {
    const { file, database, store, notice } = this.#deps;
    const marker: Marker = {
      epoch: store.savedEpoch,
      rev,
      inode: statSync(database).ino,
      jobTokenSecret: this.#secret,
      notice,
    };
    replaceFile(file, `${JSON.stringify(marker)}\n`);
  }
}

async function flush(file: string): Promise<void> {
  let log: Awaited<ReturnType<typeof open>>;
  try {
    log = await open(file, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  try {
    await log.datasync();
  } finally {
    await log.close();
  }
}
