/** A program's own spool, and those left behind by dead programs. */
import { join } from 'node:path';
import { adoptOrphans, makeSpoolFolder, spoolFolders, spoolName } from './folder.ts';
import type { Line } from './line.ts';
import { FileSpool, MemorySpool, type Spool } from './spool.ts';

export interface Spools {
  readonly own: Spool;
  readonly orphans: Spool[];
  /** Appends lines to the own spool. */
  put(lines: readonly Line[]): void;
  /** Takes over the spools of dead programs. */
  adopt(): void;
}

/** Opens the spools of a client. Nothing is created on disk until the first line is stored. */
export function openSpools(home: string, client: string, warn: (text: string) => void): Spools {
  let own: Spool | null = null;
  const empty = new MemorySpool();
  const orphans: Spool[] = [];
  const createSpool = (): Spool => {
    const folder = makeSpoolFolder(home);
    return folder === null ? new MemorySpool() : new FileSpool(join(folder, spoolName(process.pid, client, client)));
  };
  return {
    orphans,
    get own() {
      return own ?? empty;
    },
    put(lines) {
      own ??= createSpool();
      let lost: number;
      try {
        lost = own.append(lines);
      } catch {
        // The disk is full or the folder is gone. Continue in memory; the file is delivered separately.
        const file = own;
        own = new MemorySpool();
        orphans.push(file);
        lost = own.append(lines);
      }
      if (lost > 0) warn('The Jobdeck daemon is unavailable and the buffer is full: some reports are lost.');
    },
    adopt() {
      for (const folder of spoolFolders(home)) {
        for (const file of adoptOrphans(folder, client)) orphans.push(new FileSpool(file));
      }
    },
  };
}
