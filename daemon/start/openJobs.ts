/** Opens the database of jobs, and restores what is still known when it was lost. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { daemonWarning, databaseReason } from '../../shared/messages/daemonWarnings.ts';
import type { Problem } from '../../shared/messages/schema.ts';
import type { Clock } from '../clock.ts';
import { parseRunFolderName } from '../engines/local/supervising/runFolder.ts';
import type { Jobs } from '../jobs/createJobs.ts';
import type { Log } from '../log.ts';
import type { Damage, LaunchTrace } from '../store/damage.ts';
import { currentNotice, MarkerKeeper, readMarker } from '../store/marker.ts';
import { openStore } from '../store/open.ts';
import type { Store, StoreOptions } from '../store/store.ts';
import type { Warnings } from '../warnings.ts';

export interface JobsDatabase {
  store: Store;
  /** Call this before jobs are recovered. */
  restore(jobs: Pick<Jobs, 'restore'>): Promise<void>;
  /** Call this instead of `close` if the home may belong to another daemon. Files are no longer written by their paths. */
  abandon(): void;
  close(): void;
}

export interface OpenJobsDeps {
  database: string;
  marker: string;
  /** Folders with traces of jobs. */
  logs: string;
  run: string;
  clock: Clock;
  log: Log;
  warnings: Warnings;
}

/** @throws JobdeckError DATABASE_NEWER, DATABASE_UNUSABLE */
export function openJobs(options: StoreOptions, deps: OpenJobsDeps): JobsDatabase {
  const { database, clock, log, warnings } = deps;
  const marker = readMarker(deps.marker);
  // `run` also has the record of the boot.
  const hasTraces = filesIn(deps.logs).length > 0 || filesIn(deps.run).some((name) => name.includes('.'));
  const launches = launchesSince(deps.run, deps.marker);
  const { store, damage } = openStore(database, options, { marker, hasTraces, launches });
  let keeper: MarkerKeeper | null = null;
  let abandoned = false;
  return {
    store,
    async restore(jobs) {
      let found: Problem | null = null;
      if (damage !== null) {
        const restored = await jobs.restore(damage.kind === 'older' || damage.kind === 'replaced');
        found = warningOf(damage, restored);
        log.warning(found.message);
      }
      const notice = currentNotice(found, marker, clock.now());
      if (notice !== null) warnings.set(notice.problem);
      if (abandoned) return;
      keeper = new MarkerKeeper({ file: deps.marker, database, store, notice, clock });
      await keeper.save();
    },
    abandon() {
      abandoned = true;
      keeper?.close();
    },
    close() {
      const record = keeper?.close();
      store.close();
      record?.();
    },
  };
}

/**
 * The launches whose run folders are not older than the marker. It knows of the older ones, and they may belong to jobs
 * that were removed long ago and left processes behind.
 */
export function launchesSince(runDir: string, marker: string): LaunchTrace[] {
  const since = changedAt(marker);
  const recent = filesIn(runDir).filter((name) => changedAt(join(runDir, name)) >= since);
  return recent.flatMap((name) => parseRunFolderName(name) ?? []);
}

/** When a file was changed, or 0 if it does not exist. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function warningOf({ kind, setAside }: Damage, count: number): Problem {
  const restored =
    count === 0 ? databaseReason('database.noneRestored') : databaseReason('database.restored', { count });
  const file = setAside ?? '';
  switch (kind) {
    case 'unreadable':
      return daemonWarning.problem('DATABASE_SET_ASIDE', { file, restored });
    case 'missing':
      return setAside === null
        ? daemonWarning.problem('DATABASE_MISSING', { restored })
        : daemonWarning.problem('DATABASE_MISSING/setAside', { file, restored });
    case 'older':
      return setAside === null
        ? daemonWarning.problem('DATABASE_OLDER', { restored })
        : daemonWarning.problem('DATABASE_OLDER/setAside', { file, restored });
    case 'replaced':
      return daemonWarning.problem('DATABASE_REPLACED', { restored });
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // The folder does not exist.
  }
}
