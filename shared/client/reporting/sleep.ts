/** An interruptible delay that does not keep the program alive. */
export class Sleep {
  #wake: (() => void) | null = null;

  async atMost(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, ms).unref();
    });
    this.#wake = null;
    clearTimeout(timer);
  }

  wake(): void {
    this.#wake?.();
  }
}
