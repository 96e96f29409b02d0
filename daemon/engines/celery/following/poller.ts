/** Things that are done again and again, each after the one before has ended. */
export class Rounds {
  readonly #clock: { after(ms: number, call: () => void): () => void };
  readonly #onProblem: (error: unknown, about: string) => void;
  #stops = new Set<() => void>();
  /** Those of an earlier time end with their round. */
  #time = 0;

  constructor(
    clock: { after(ms: number, call: () => void): () => void },
    onProblem: (error: unknown, about: string) => void,
  ) {
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Does it after `first` ms, then `pause()` ms after each end. */
  every(about: string, pause: () => number, round: () => Promise<void>, first = 0): void {
    const time = this.#time;
    const next = (ms: number) => {
      if (time !== this.#time) return;
      const stop = this.#clock.after(ms, () => {
        this.#stops.delete(stop);
        round()
          .catch((error: unknown) => {
            if (time === this.#time) this.#onProblem(error, about);
          })
          .finally(() => next(pause()));
      });
      this.#stops.add(stop);
    };
    next(first);
  }

  stop(): void {
    this.#time += 1;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }
}
