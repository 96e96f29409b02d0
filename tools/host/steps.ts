/** Shows how far an installation is: its steps, and how long the current one has been running. */

/** Seconds between two signs of life of a step. */
const interval = 10;

export class Steps {
  readonly #total: number;
  readonly #log: (line: string) => void;
  #count = 0;

  constructor(total: number, log: (line: string) => void) {
    this.#total = total;
    this.#log = log;
  }

  /** Names a step, does it, and repeats its name with the time so far every ten seconds. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    const label = `  ${this.#count}/${this.#total} ${name} …`;
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 1000);
    this.#log(label);
    const timer = setInterval(() => this.#log(`${label} ${seconds()} s`), interval * 1000);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}
