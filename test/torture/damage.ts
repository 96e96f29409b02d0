/** Damages the database between two daemons. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { Ledger } from './ledger.ts';
import type { Damage } from './plan.ts';
import { parseProofs } from './proofs.ts';
import type { RoundFolder } from './roundFolder.ts';

/** Damages the database while no daemon is running, and notes what must have survived. */
export function damageDatabase(
  how: Damage,
  { roundFolder, ledger }: { roundFolder: RoundFolder; ledger: Ledger },
): void {
  const { home, proofs } = roundFolder;
  const run = join(home, homeFiles.run);
  const launched = readdirSync(run).flatMap((name): [string, number][] => {
    const [jobId = '', attempt] = name.split('.');
    return attempt !== undefined && hasStarted(join(run, name)) ? [[jobId, Number(attempt)]] : [];
  });
  const written = parseProofs(readFileSync(proofs, 'utf8'));
  const jobs = new Set([...written.map(({ jobId }) => jobId), ...readdirSync(join(home, homeFiles.logs))]);
  ledger.loses({ launched: new Map(launched), jobs, proofs: written.length });
  const database = join(home, homeFiles.database);
  const log = `${database}-wal`;
  const garbage = 'garbage'.repeat(10_000);
  switch (how) {
    case 'empty':
      truncateSync(database, 0);
      return;
    case 'gone':
      for (const end of ['', '-wal', '-shm']) rmSync(database + end, { force: true });
      return;
    case 'garbage':
      rmSync(log, { force: true });
      writeFileSync(database, garbage);
      return;
    case 'logGone':
      rmSync(log, { force: true });
      return;
    case 'logGarbage':
      writeFileSync(log, garbage);
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
