/** What the user should know about the daemon itself, such as a full disk: one warning per code, as it stands now. */
import type { Warning } from '../shared/protocol.ts';

export class Warnings {
  readonly #byCode = new Map<string, Warning>();
  readonly #listeners = new Set<() => void>();

  /** Raises a warning, or replaces the one with the same code. */
  set(warning: Warning): void {
    const known = this.#byCode.get(warning.code);
    if (known?.message === warning.message && known.hint === warning.hint) return;
    this.#byCode.set(warning.code, warning);
    this.#changed();
  }

  /** Takes a warning back. */
  clear(code: string): void {
    if (this.#byCode.delete(code)) this.#changed();
  }

  list(): Warning[] {
    return [...this.#byCode.values()];
  }

  /** Calls back after each change; returns what unsubscribes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
