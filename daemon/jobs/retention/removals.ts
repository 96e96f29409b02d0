/** Removes finished jobs with their logs. */
import type { JobStatus } from '../../../shared/job.ts';
import type { Clock } from '../../clock.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Outdated } from '../../store/tables/retention.ts';
import type { Tx } from '../../store/tx.ts';
import type { LogFiles } from '../ports.ts';
import type { AfterCommit, Writer } from '../writer.ts';
import { LogSweep } from './logSweep.ts';

/** Number of jobs removed in one transaction, so that clearing a long history does not hold the event loop. */
const chunk = 50;

export interface RemovalsDeps {
  store: Store;
  writer: Writer;
  logs: LogFiles;
  clock: Clock;
  onProblem(error: unknown, about: string): void;
}

export class Removals {
  readonly #deps: RemovalsDeps;
  readonly #sweep: LogSweep;

  constructor(deps: RemovalsDeps) {
    this.#deps = deps;
    this.#sweep = new LogSweep(deps);
  }

  /** Removes a finished job; its logs are deleted after the commit. */
  remove(tx: Tx, { id }: JobRow): AfterCommit {
    tx.removeJob(id);
    return () => this.removeLogs([id]);
  }

  /** Removes all finished jobs of these statuses; their logs are deleted in the background. Returns how many. */
  async removeFinished(statuses: JobStatus[]): Promise<number> {
    let removed = 0;
    while (true) {
      const ids = await this.#deps.writer.command((tx) => {
        const finished = tx.retention.finished(statuses, chunk);
        for (const id of finished) tx.removeJob(id);
        return finished;
      });
      removed += ids.length;
      void this.removeLogs(ids);
      if (ids.length < chunk) return removed;
    }
  }

  /**
   * Removes outdated jobs, oldest first, and records the cleanup; their logs are deleted in the background. `mayStop` is called between two transactions. Returns
   * how many were removed.
   */
  async removeOutdated(outdated: Outdated, mayStop: () => boolean): Promise<number> {
    let removed = 0;
    while (!mayStop()) {
      const ids = await this.#deps.writer.command((tx) => {
        const old = tx.retention.outdated(outdated, chunk);
        for (const id of old) tx.removeJob(id);
        if (old.length < chunk) tx.noteCleanUp({ at: this.#deps.clock.now(), removed: removed + old.length });
        return old;
      });
      removed += ids.length;
      void this.removeLogs(ids);
      if (ids.length < chunk) break;
    }
    return removed;
  }

  /** Removes these jobs as far as they are still finished. Returns how many. */
  async removeAll(ids: readonly string[], mayStop: () => boolean): Promise<number> {
    let removed = 0;
    for (let first = 0; first < ids.length && !mayStop(); first += chunk) {
      const gone = await this.#deps.writer.command((tx) => {
        const finished = tx.retention.inOrderOfEnd(ids.slice(first, first + chunk));
        for (const id of finished) tx.removeJob(id);
        return finished;
      });
      removed += gone.length;
      await this.removeLogs(gone);
    }
    if (removed > 0) {
      await this.#deps.writer.command((tx) => tx.noteCleanUp({ at: this.#deps.clock.now(), removed }));
    }
    return removed;
  }

  /** Deletes the logs of removed jobs. Resolves when they are gone; failures are retried when the daemon starts next. */
  removeLogs(jobIds: readonly string[]): Promise<void> {
    return this.#sweep.add(jobIds);
  }

  /** Deletes logs that an earlier daemon did not delete, in the background. */
  removeLeftovers(): void {
    void this.removeLogs(this.#deps.store.read((rows) => rows.retention.leftoverLogs()));
  }

  close(): void {
    this.#sweep.close();
  }
}
