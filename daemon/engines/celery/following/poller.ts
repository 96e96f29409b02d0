/** Runs actions periodically; the interval of each starts when its previous run has finished. */
export class Poller {
  readonly #clock: { after(ms: number, call: () => void): () => void };
  readonly #onProblem: (error: unknown, about: string) => void;
  #timers = new Set<() => void>();
  /** Incremented by `stop`, so that runs in progress don't schedule another. */
  #generation = 0;

  constructor(
    clock: { after(ms: number, call: () => void): () => void },
    onProblem: (error: unknown, about: string) => void,
  ) {
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Times in milliseconds. `about` names the action if it fails. */
  every(
    about: string,
    { firstDelay = 0, interval, poll }: { firstDelay?: number; interval: () => number; poll: () => Promise<void> },
  ): void {
    const generation = this.#generation;
    const schedule = (ms: number) => {
      if (generation !== this.#generation) return;
      const cancel = this.#clock.after(ms, () => {
        this.#timers.delete(cancel);
        poll()
          .catch((error: unknown) => {
            if (generation === this.#generation) this.#onProblem(error, about);
          })
          .finally(() => schedule(interval()));
      });
      this.#timers.add(cancel);
    };
    schedule(firstDelay);
  }

  stop(): void {
    this.#generation += 1;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
