/** Sends facts to the store in order. Those that arrive during a write are written together. */
import type { Fact, RemoteReports } from '../../remote.ts';

/** While the disk is full, nothing can be written. Facts beyond this number are left to the next reconciliation. */
const maxWaiting = 50_000;

export class Outbox {
  readonly #reports: Pick<RemoteReports, 'take'>;
  readonly #onProblem: (error: unknown, about: string) => void;
  #waiting: Fact[] = [];
  #writing: Promise<void> | null = null;
  /** Whether facts were dropped. */
  overflowed = false;

  constructor(reports: Pick<RemoteReports, 'take'>, onProblem: (error: unknown, about: string) => void) {
    this.#reports = reports;
    this.#onProblem = onProblem;
  }

  push(facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    if (this.#waiting.length > maxWaiting) {
      this.overflowed = true;
      return;
    }
    this.#waiting.push(...facts);
    this.#writing ??= this.#write();
  }

  /** Resolves when everything pushed so far is written. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #write(): Promise<void> {
    // Facts of the same turn are written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const facts = this.#waiting;
      this.#waiting = [];
      await this.#reports.take(facts).catch((error: unknown) => {
        this.overflowed = true;
        this.#onProblem(error, 'storing facts from Celery');
      });
    }
    this.#writing = null;
  }
}
