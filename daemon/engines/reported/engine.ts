/** Jobs of programs outside Jobdeck, which report on them. This engine neither starts nor stops them. */
import type { AttemptRef, Engine } from '../engine.ts';

export class ReportedEngine implements Engine {
  readonly name = 'reported';
  readonly #listeners = new Set<(jobId: string) => void>();

  async start(): Promise<void> {
    throw new Error('A reported job is started by its program.');
  }

  /** Notifies the listeners. A program without a connection finds out from the response to its next report. */
  async cancel({ jobId }: AttemptRef): Promise<void> {
    for (const listener of [...this.#listeners]) listener(jobId);
  }

  /** Their programs continue without the daemon. */
  async recover(): Promise<void> {}

  /** Calls back for each job that is being cancelled. Returns a function that unsubscribes. */
  onCancel(listener: (jobId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
