/** A store on a real file in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobRules } from '../../../../daemon/jobs/kinds/rules.ts';
import { openStore } from '../../../../daemon/store/open.ts';
import type { Store, StoreOptions } from '../../../../daemon/store/store.ts';
import type { NewJob } from '../../../../daemon/store/tx.ts';
import { writeEmptyDatabase } from './emptyDatabase.ts';

export interface Temporary {
  folder: string;
  file: string;
  options: StoreOptions;
  store: Store;
  problems: unknown[];
  /** Stores to close at the end. */
  opened: Store[];
  /** Opens the file again, as a daemon after a crash: the earlier store is not closed. Returns `setAside`. */
  reopen(): string | null;
  end(): void;
}

interface TemporaryOptions extends Partial<StoreOptions> {
  /** Whether the store creates the file, which takes longer. Then its pages are still in the write-ahead log. */
  create?: boolean;
}

export function openTemporary({ create = false, ...changes }: TemporaryOptions = {}): Temporary {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-store-'));
  const file = join(folder, 'jobs.db');
  const problems: unknown[] = [];
  const options: StoreOptions = {
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    rules: jobRules,
    logSize: () => null,
    onProblem: (error) => problems.push(error),
    ...changes,
  };
  if (!create) writeEmptyDatabase(file);
  const { store } = openStore(file, options);
  const temporary: Temporary = {
    folder,
    file,
    options,
    store,
    problems,
    opened: [store],
    reopen() {
      const { store: again, damage } = openStore(file, options);
      temporary.store = again;
      temporary.opened.push(again);
      return damage?.setAside ?? null;
    },
    end() {
      for (const one of temporary.opened) one.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return temporary;
}

/** Adds a pending job. With an end time, it is completed unless the changes have another status. */
export function newJob(changes: Partial<NewJob> & { id: string }): NewJob {
  const createdAt = changes.createdAt ?? 1_000;
  return {
    title: changes.id,
    type: 'test',
    status: changes.endedAt == null ? 'pending' : 'completed',
    trigger: 'manual',
    engine: 'local',
    queue: 'default',
    priority: 'normal',
    createdAt,
    queuedAt: createdAt,
    lastActivityAt: createdAt,
    ...changes,
  };
}

export function addJob(store: Store, changes: Partial<NewJob> & { id: string }): Promise<void> {
  return store.write((tx) => tx.insertJob(newJob(changes), { command: { argv: ['true'] } }));
}
