/**
 * Deletes the logs of removed jobs in the background, so that a removal doesn't wait for the disk. `leftover_logs` has the
 * jobs whose logs may still be there, and the next daemon continues with these.
 */
import type { LogFiles } from '../ports.ts';
import type { Writer } from '../writer.ts';

/** Jobs whose logs are deleted at the same time, and forgotten in one commit. */
const atOnce = 100;

export interface LogSweepDeps {
  writer: Writer;
  logs: Pick<LogFiles, 'remove'>;
  onProblem(error: unknown, about: string): void;
}

export class LogSweep {
  readonly #deps: LogSweepDeps;
  #queue: string[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(deps: LogSweepDeps) {
    this.#deps = deps;
  }

  /** Deletes the logs of these jobs. Resolves when that is done. Failures are retried when the daemon starts next. */
  async add(jobIds: readonly string[]): Promise<void> {
    if (jobIds.length === 0) return;
    for (const id of jobIds) this.#queue.push(id);
    this.#running ??= this.#run();
    await this.#running;
  }

  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closed) {
      const part = this.#queue.slice(0, atOnce);
      this.#queue = this.#queue.slice(atOnce);
      await this.#remove(part);
    }
    this.#running = null;
  }

  async #remove(jobIds: string[]): Promise<void> {
    const { logs, writer, onProblem } = this.#deps;
    const gone: string[] = [];
    const removals = jobIds.map(async (id) => {
      try {
        await logs.remove(id);
        gone.push(id);
      } catch (error) {
        onProblem(error, `deleting the logs of the removed job ${id}`);
      }
    });
    await Promise.all(removals);
    if (gone.length === 0 || this.#closed) return;
    try {
      await writer.command((tx) => tx.forgetLeftoverLogs(gone));
    } catch (error) {
      if (!this.#closed) onProblem(error, 'recording that logs of removed jobs are deleted');
    }
  }
}
