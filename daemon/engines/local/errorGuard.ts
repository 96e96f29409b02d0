/** Runs side work whose failure must not fail the job itself: errors are logged, not thrown. */
export class ErrorGuard {
  readonly #onProblem: (error: unknown, about: string) => void;

  constructor(onProblem: (error: unknown, about: string) => void) {
    this.#onProblem = onProblem;
  }

  /** Runs an action; `about` describes it, such as `closing the log of job …`. */
  async run(about: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#onProblem(error, about);
    }
  }

  /** The value, or null when it could not be read. */
  async orNull<T>(reading: Promise<T>): Promise<T | null> {
    try {
      return await reading;
    } catch (error) {
      this.#onProblem(error, 'checking jobs');
      return null;
    }
  }
}
