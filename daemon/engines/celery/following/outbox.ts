/** Facts on their way to the store: in their order, those that come while it writes together. */
import type { Fact, RemoteReports } from '../../remote.ts';

/** While the disk is full nothing is taken; what is more than this is left to the next comparison with the engine. */
const maxWaiting = 50_000;

export class Outbox {
  readonly #reports: Pick<RemoteReports, 'take'>;
  readonly #onProblem: (error: unknown, about: string) => void;
  #waiting: Fact[] = [];
  #writing: Promise<void> | null = null;
  /** Whether facts were left out. */
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

  /** Resolves when all that was pushed is written. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #write(): Promise<void> {
    // What comes in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const facts = this.#waiting;
      this.#waiting = [];
      await this.#reports.take(facts).catch((error: unknown) => {
        this.overflowed = true;
        this.#onProblem(error, 'writing down what Celery told');
      });
    }
    this.#writing = null;
  }
}
