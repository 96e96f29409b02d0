/** A program's own spool, and those that programs which are gone have left. */
import { join } from 'node:path';
import { adoptOrphans, makeSpoolFolder, spoolFolders, spoolName } from './folder.ts';
import type { Line } from './line.ts';
import { FileSpool, MemorySpool, type Spool } from './spool.ts';

export interface Shelf {
  readonly own: Spool;
  readonly orphans: Spool[];
  /** Keeps lines. */
  put(lines: readonly Line[]): void;
  /** Takes over what programs that are gone have left. */
  adopt(): void;
}

/** The shelf of a client. Nothing is made on disk before something has to be kept. */
export function shelf(home: string, client: string, warn: (text: string) => void): Shelf {
  let own: Spool | null = null;
  const empty = new MemorySpool();
  const orphans: Spool[] = [];
  const make = (): Spool => {
    const folder = makeSpoolFolder(home);
    return folder === null ? new MemorySpool() : new FileSpool(join(folder, spoolName(process.pid, client, client)));
  };
  return {
    orphans,
    get own() {
      return own ?? empty;
    },
    put(lines) {
      own ??= make();
      let lost: number;
      try {
        lost = own.append(lines);
      } catch {
        // The disk is full or the folder is gone. Memory goes on from here; the file is delivered beside it.
        const file = own;
        own = new MemorySpool();
        orphans.push(file);
        lost = own.append(lines);
      }
      if (lost > 0) warn('The Jobdeck daemon is away and there is no room for more: some reports are lost.');
    },
    adopt() {
      for (const folder of spoolFolders(home)) {
        for (const file of adoptOrphans(folder, client)) orphans.push(new FileSpool(file));
      }
    },
  };
}
