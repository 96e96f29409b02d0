/** Transactions that are undone, for results that the disk has no space for. */
import type { Database } from 'better-sqlite3';

/** Runs `work` in a transaction, undoes its writes and returns its result. Needs no disk space. */
export function undone<T>(db: Database, work: () => T): T {
  const undo = new Error('Undo the transaction.');
  let result: { value: T } | null = null;
  // Changed pages that don't fit the cache would be written to the full disk.
  const [{ cache_spill: spill } = { cache_spill: 1 }] = db.pragma('cache_spill') as { cache_spill: number }[];
  db.pragma('cache_spill = 0');
  try {
    const rehearsal = db.transaction(() => {
      result = { value: work() };
      throw undo;
    });
    rehearsal.immediate();
  } catch (error) {
    if (error !== undo) throw error;
  } finally {
    db.pragma(`cache_spill = ${spill}`);
  }
  return (result as unknown as { value: T }).value;
}
