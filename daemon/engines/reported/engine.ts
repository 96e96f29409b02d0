/** Jobs that run in programs outside Jobdeck, which report them. Nothing here starts or stops them. */
import type { AttemptRef, Engine } from '../engine.ts';

export class ReportedEngine implements Engine {
  readonly name = 'reported';
  readonly #listeners = new Set<(jobId: string) => void>();

  async start(): Promise<void> {
    throw new Error('A reported job is started by its program.');
  }

  /** Tells whoever listens. A program that has no connection learns of it by the answer to its next report. */
  async cancel({ jobId }: AttemptRef): Promise<void> {
    for (const listener of [...this.#listeners]) listener(jobId);
  }

  /** Their programs go on, and will be heard of or not. */
  async recover(): Promise<void> {}

  /** Calls back for each job that somebody wants to stop; returns what ends that. */
  onCancel(listener: (jobId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
