/** Opens the database, and notices if it is damaged or not the one that was last used. */
import { statSync } from 'node:fs';
import { compare, type Damage, examineFiles, type LaunchTrace, renew } from './damage.ts';
import { openDatabase } from './database.ts';
import type { Marker } from './marker.ts';
import { Store, type StoreOptions } from './store.ts';

/** Knowledge about the database from outside of it. */
export interface KnownDatabase {
  marker: Marker | null;
  /** Whether there are logs or run folders of jobs. */
  hasTraces: boolean;
  /** The launches with a run folder. */
  launches?: readonly LaunchTrace[];
}

/**
 * Opens or creates the database. One that can't be read is set aside.
 * @throws JobdeckError DATABASE_NEWER, DATABASE_UNUSABLE
 */
export function openStore(
  file: string,
  options: StoreOptions,
  { marker, hasTraces, launches = [] }: KnownDatabase = { marker: null, hasTraces: false },
): { store: Store; damage: Damage | null } {
  const found = examineFiles(file, hasTraces || marker !== null, options.now());
  const isCopy = marker !== null && statSync(file, { throwIfNoEntry: false })?.ino !== marker.inode;
  const { db, setAside } = openDatabase(file, options.now, isCopy);
  const damage: Damage | null =
    setAside === null ? compare(db, { marker, launches }, found) : { kind: 'unreadable' as const, setAside };
  if (damage !== null) renew(db, damage, marker);
  return { store: new Store(db, file, options), damage };
}
