/** Damages the database between two daemons. */
import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parseRunFolderName } from '../../daemon/engines/local/supervising/runFolder.ts';
import { compare } from '../../daemon/store/damage.ts';
import { readMarker } from '../../daemon/store/marker.ts';
import { homeFiles } from '../../shared/client/home.ts';
import type { Ledger } from './ledger.ts';
import type { Damage } from './plan.ts';
import { parseProofs } from './proofs.ts';
import type { RoundFolder } from './roundFolder.ts';

/**
 * Damages the database while no daemon is running, and notes what must have survived. Returns false, and changes nothing,
 * if the daemon can't notice it: its documentation excludes a lost log whose commits nothing has recorded yet.
 */
export function damageDatabase(
  how: Damage,
  { roundFolder, ledger }: { roundFolder: RoundFolder; ledger: Ledger },
): boolean {
  const { home, proofs } = roundFolder;
  const run = join(home, homeFiles.run);
  const launched = readdirSync(run).flatMap((name): [string, number][] => {
    const [jobId = '', attempt] = name.split('.');
    return attempt !== undefined && hasStarted(join(run, name)) ? [[jobId, Number(attempt)]] : [];
  });
  const database = join(home, homeFiles.database);
  if (how === 'logGone' && !isRecorded(database, join(home, homeFiles.marker), run)) return false;
  const written = parseProofs(readFileSync(proofs, 'utf8'));
  const jobs = new Set([...written.map(({ jobId }) => jobId), ...readdirSync(join(home, homeFiles.logs))]);
  ledger.loses({ launched: new Map(launched), jobs, proofs: written.length });
  const log = `${database}-wal`;
  const garbage = 'garbage'.repeat(10_000);
  switch (how) {
    case 'empty':
      truncateSync(database, 0);
      break;
    case 'gone':
      for (const end of ['', '-wal', '-shm']) rmSync(database + end, { force: true });
      break;
    case 'garbage':
      rmSync(log, { force: true });
      writeFileSync(database, garbage);
      break;
    case 'logGone':
      rmSync(log, { force: true });
      break;
    case 'logGarbage':
      writeFileSync(log, garbage);
  }
  return true;
}

/** Whether the marker or a run folder shows that the database is incomplete without its log. */
function isRecorded(database: string, markerFile: string, run: string): boolean {
  const copy = `${database}.copy`;
  copyFileSync(database, copy);
  const db = new Database(copy);
  try {
    const launches = readdirSync(run).flatMap((name) => parseRunFolderName(name) ?? []);
    return compare(db, { marker: readMarker(markerFile), launches }, null) !== null;
  } finally {
    db.close();
    for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true });
  }
}

/** Whether everything of a database is lost, which is always noticed. */
export function losesAll(how: Damage): boolean {
  return how === 'empty' || how === 'gone' || how === 'garbage';
}

function hasStarted(runFolder: string): boolean {
  try {
    return readFileSync(join(runFolder, 'pid'), 'latin1') !== '';
  } catch {
    return false;
  }
}
