/** Writes of `jobs`: those a caller may repeat, and those of facts that happen only once and must not be lost. */
import { JobdeckError } from '../../shared/errors.ts';
import type { Warning } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import { isStorageError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tx.ts';

const firstDelay = 1_000;
const maxDelay = 30_000;

/** Where the user is told that facts cannot be written now, as long as that is so. */
export interface WarningSink {
  set(warning: Warning): void;
  clear(code: string): void;
}

/** What is left to do once a write is committed; null for nothing. */
export type AfterCommit = (() => void | Promise<void>) | null;

export interface WriterDeps {
  store: Store;
  clock: Clock;
  warnings: WarningSink;
  onProblem(error: unknown, about: string): void;
}

interface Kept {
  /** Whether the disk took it. Otherwise it has been kept again. */
  write(): Promise<boolean>;
}

export class Writer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #warnings: WarningSink;
  readonly #onProblem: (error: unknown, about: string) => void;
  readonly #unsubscribe: () => void;
  readonly #onStuck = new Set<() => void>();
  #kept: Kept[] = [];
  #delay = firstDelay;
  #cancelTimer: (() => void) | null = null;
  #warned: string | null = null;
  #closed = false;

  constructor({ store, clock, warnings, onProblem }: WriterDeps) {
    this.#store = store;
    this.#clock = clock;
    this.#warnings = warnings;
    this.#onProblem = onProblem;
    // Somebody's commit went through, so the disk takes writes again.
    this.#unsubscribe = store.onCommit(() => this.#writeKept());
  }

  /** Writes once; rejects when the disk does not take it. Facts kept from before go first. */
  once<T>(closure: (tx: Tx) => T): Promise<T> {
    this.#writeKept();
    return this.#store.write(closure);
  }

  /**
   * Writes a fact, trying again for as long as the disk does not take it, in the order the facts came. Resolves after
   * the commit, which on a full disk may be late, and never when the daemon stops first.
   */
  certain<T>(closure: (tx: Tx) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const kept: Kept = {
        write: async () => {
          try {
            resolve(await this.#store.write(closure));
          } catch (error) {
            if (isStorageError(error)) {
              this.#keep(kept, error);
              return false;
            }
            if (!this.#closed) reject(error);
          }
          return true;
        },
      };
      if (this.#kept.length > 0) this.#kept.push(kept);
      else void kept.write();
    });
  }

  /**
   * Writes what the next of its kind makes up for. While the disk does not take facts it is dropped, as it is when the
   * disk does not take it: null.
   */
  async spare<T>(closure: (tx: Tx) => T): Promise<T | null> {
    if (this.#kept.length > 0 || this.#closed) return null;
    try {
      return await this.#store.write(closure);
    } catch (error) {
      if (isStorageError(error)) return null;
      throw error;
    }
  }

  /** Resolves when the disk does not take a fact, at once when it does not now. */
  stuck(): Promise<void> {
    return this.#kept.length > 0 ? Promise.resolve() : new Promise((resolve) => this.#onStuck.add(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancelTimer?.();
  }

  #keep(kept: Kept, error: unknown): void {
    this.#kept.push(kept);
    for (const resolve of this.#onStuck) resolve();
    this.#onStuck.clear();
    if (error instanceof JobdeckError) this.#warn(error);
    if (this.#cancelTimer || this.#closed) return;
    this.#onProblem(error, 'writing what happened to jobs; it is kept and tried again');
    this.#cancelTimer = this.#clock.after(this.#delay, () => this.#writeKept());
    this.#delay = Math.min(maxDelay, this.#delay * 2);
  }

  #writeKept(): void {
    if (this.#kept.length === 0 || this.#closed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const kept = this.#kept;
    this.#kept = [];
    void Promise.all(kept.map((one) => one.write())).then((taken) => {
      if (taken.includes(false) || this.#kept.length > 0) return;
      this.#delay = firstDelay;
      this.#warn(null);
    });
  }

  #warn(error: JobdeckError | null): void {
    if (this.#warned !== null && this.#warned !== error?.code) this.#warnings.clear(this.#warned);
    this.#warned = error?.code ?? null;
    if (error) this.#warnings.set({ code: error.code, message: error.message, hint: error.hint });
  }
}
