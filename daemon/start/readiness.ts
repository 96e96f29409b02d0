/** Keeps requests waiting until the daemon knows which jobs are running. */
import { JobdeckError } from '../../shared/errors.ts';
import { startingProblem } from '../../shared/messages/daemonAccess.ts';
import type { Clock } from '../clock.ts';

/** Milliseconds that a request waits. Clients give up after 30 s of silence. */
const patienceMs = 20_000;

/** How many jobs of the last daemon were found again. */
export interface Starting {
  found: number;
  total: number;
}

export class Readiness {
  readonly #clock: Clock;
  readonly #isReady: Promise<void>;
  #resolve = () => {};
  #starting: Starting | null = { found: 0, total: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#isReady = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Null once the daemon is ready. */
  get starting(): Starting | null {
    return this.#starting;
  }

  expect(total: number): void {
    if (this.#starting) this.#starting.total += total;
  }

  found(): void {
    if (this.#starting) this.#starting.found += 1;
  }

  ready(): void {
    this.#starting = null;
    this.#resolve();
  }

  /**
   * Resolves when the daemon is ready.
   * @throws JobdeckError DAEMON_STARTING
   */
  async wait(): Promise<void> {
    if (this.#starting === null) return;
    let cancel = () => {};
    const patience = new Promise<void>((resolve) => {
      cancel = this.#clock.after(patienceMs, resolve);
    });
    await Promise.race([this.#isReady, patience]);
    cancel();
    if (this.#starting !== null) throw new JobdeckError(startingProblem(this.#starting));
  }
}
