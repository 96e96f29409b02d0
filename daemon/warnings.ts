/** The current warnings about the daemon itself, such as a full disk. There is at most one per code. */
import type { Warning } from '../shared/daemon.ts';

export class Warnings {
  readonly #byCode = new Map<string, Warning>();
  readonly #listeners = new Set<() => void>();

  /** Adds a warning, or replaces the one with the same code. */
  set(warning: Warning): void {
    const known = this.#byCode.get(warning.code);
    if (known?.message === warning.message && known.hint === warning.hint) return;
    this.#byCode.set(warning.code, warning);
    this.#changed();
  }

  clear(code: string): void {
    if (this.#byCode.delete(code)) this.#changed();
  }

  list(): Warning[] {
    return [...this.#byCode.values()];
  }

  /** Calls the listener after each change. Returns a function that unsubscribes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
