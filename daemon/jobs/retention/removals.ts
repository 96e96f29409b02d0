/** Removes finished jobs with their logs. */
import { JobdeckError } from '../../../shared/errors.ts';
import { JobStatus } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Clock } from '../../clock.ts';
import type { Outdated } from '../../store/reads.ts';
import type { Store } from '../../store/store.ts';
import type { LogFiles } from '../ports.ts';
import type { Writer } from '../writer.ts';

export type { Outdated };

/** Jobs removed in one transaction, so that clearing a long history holds nothing up. */
const chunk = 200;

export interface RemovalsDeps {
  store: Store;
  writer: Writer;
  logs: LogFiles;
  clock: Clock;
  onProblem(error: unknown, about: string): void;
}

export class Removals {
  readonly #deps: RemovalsDeps;

  constructor(deps: RemovalsDeps) {
    this.#deps = deps;
  }

  /**
   * Removes all finished jobs, or those of these statuses. Returns how many.
   * @throws JobdeckError INVALID_REQUEST for a status of jobs that have not ended
   */
  async clear(statuses: JobStatus[] = JobStatus.enum.filter(isTerminal)): Promise<number> {
    const active = statuses.find((status) => !isTerminal(status));
    if (active) {
      throw new JobdeckError('INVALID_REQUEST', `Jobs that are ${active} cannot be cleared.`, 'Cancel them first.');
    }
    let removed = 0;
    while (true) {
      const ids = await this.#deps.writer.once((tx) => {
        const finished = tx.finished(statuses, chunk);
        for (const id of finished) tx.removeJob(id);
        return finished;
      });
      removed += ids.length;
      await this.removeLogs(ids);
      if (ids.length < chunk) return removed;
    }
  }

  /**
   * Removes outdated jobs, oldest first, and notes that it was done. `mayStop` is asked between two transactions.
   * Returns how many.
   */
  async removeOutdated(outdated: Outdated, mayStop: () => boolean): Promise<number> {
    let removed = 0;
    while (!mayStop()) {
      const ids = await this.#deps.writer.once((tx) => {
        const old = tx.outdated(outdated, chunk);
        for (const id of old) tx.removeJob(id);
        if (old.length < chunk) tx.noteCleanUp({ at: this.#deps.clock.now(), removed: removed + old.length });
        return old;
      });
      removed += ids.length;
      await this.removeLogs(ids);
      if (ids.length < chunk) break;
    }
    return removed;
  }

  /** Deletes the logs of removed jobs. What fails is tried again at the daemon's next start. */
  async removeLogs(jobIds: string[]): Promise<void> {
    const gone: string[] = [];
    for (const id of jobIds) {
      try {
        await this.#deps.logs.remove(id);
        gone.push(id);
      } catch (error) {
        this.#deps.onProblem(error, `deleting the logs of the removed job ${id}`);
      }
    }
    if (gone.length > 0) await this.#deps.writer.certain((tx) => tx.forgetLeftoverLogs(gone));
  }

  /** Deletes logs that an earlier daemon did not come to delete. */
  async removeLeftovers(): Promise<void> {
    await this.removeLogs(this.#deps.store.read((rows) => rows.leftoverLogs()));
  }
}
