/** Writes of `jobs`: some can be repeated by the caller; others record facts that must not be lost. */

import type { Warning } from '../../shared/daemon.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Clock } from '../clock.ts';
import { isStorageError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tx.ts';

const firstDelay = 1_000;
const maxDelay = 30_000;

/** Shows the user a warning while facts cannot be written. */
export interface WarningSink {
  set(warning: Warning): void;
  clear(code: string): void;
}

/** The work that remains after the commit of a write; null for none. */
export type AfterCommit = (() => void | Promise<void>) | null;

export interface WriterDeps {
  store: Store;
  clock: Clock;
  warnings: WarningSink;
  onProblem(error: unknown, about: string): void;
}

interface PostponedWrite {
  /** Returns whether it was written. Otherwise it was postponed again. */
  write(): Promise<boolean>;
}

export class Writer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #warnings: WarningSink;
  readonly #onProblem: (error: unknown, about: string) => void;
  readonly #unsubscribe: () => void;
  readonly #onStuck = new Set<() => void>();
  #postponed: PostponedWrite[] = [];
  #delay = firstDelay;
  #cancelTimer: (() => void) | null = null;
  #warned: string | null = null;
  #closed = false;

  constructor({ store, clock, warnings, onProblem }: WriterDeps) {
    this.#store = store;
    this.#clock = clock;
    this.#warnings = warnings;
    this.#onProblem = onProblem;
    // A commit succeeded, so the disk accepts writes again.
    this.#unsubscribe = store.onCommit(() => this.#writePostponed());
  }

  /** Writes once, and rejects if the disk refuses it. Postponed facts are written first. */
  write<T>(closure: (tx: Tx) => T): Promise<T> {
    this.#writePostponed();
    return this.#store.write(closure);
  }

  /**
   * Writes a fact, retrying for as long as the disk refuses it and keeping the order of the facts. Resolves after the
   * commit: late on a full disk, and never if the daemon stops first.
   */
  persist<T>(closure: (tx: Tx) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const fact: PostponedWrite = {
        write: async () => {
          try {
            resolve(await this.#store.write(closure));
          } catch (error) {
            if (isStorageError(error)) {
              this.#postpone(fact, error);
              return false;
            }
            if (!this.#closed) reject(error);
          }
          return true;
        },
      };
      if (this.#postponed.length > 0) this.#postponed.push(fact);
      else void fact.write();
    });
  }

  /**
   * Writes a fact that the next one of its kind replaces. It is dropped, with null as the result, if the disk refuses
   * it or other facts are postponed.
   */
  async bestEffort<T>(closure: (tx: Tx) => T): Promise<T | null> {
    if (this.#postponed.length > 0 || this.#closed) return null;
    try {
      return await this.#store.write(closure);
    } catch (error) {
      if (isStorageError(error)) return null;
      throw error;
    }
  }

  /** Resolves when a fact has to be postponed, or at once if one already is. */
  stuck(): Promise<void> {
    return this.#postponed.length > 0 ? Promise.resolve() : new Promise((resolve) => this.#onStuck.add(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancelTimer?.();
  }

  #postpone(fact: PostponedWrite, error: unknown): void {
    this.#postponed.push(fact);
    for (const resolve of this.#onStuck) resolve();
    this.#onStuck.clear();
    if (error instanceof JobdeckError) this.#warn(error);
    if (this.#cancelTimer || this.#closed) return;
    this.#onProblem(error, 'writing changes of jobs, which are kept and retried');
    this.#cancelTimer = this.#clock.after(this.#delay, () => this.#writePostponed());
    this.#delay = Math.min(maxDelay, this.#delay * 2);
  }

  #writePostponed(): void {
    if (this.#postponed.length === 0 || this.#closed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const facts = this.#postponed;
    this.#postponed = [];
    void Promise.all(facts.map((fact) => fact.write())).then((written) => {
      if (written.includes(false) || this.#postponed.length > 0) return;
      this.#delay = firstDelay;
      this.#warn(null);
    });
  }

  #warn(error: JobdeckError | null): void {
    if (this.#warned !== null && this.#warned !== error?.code) this.#warnings.clear(this.#warned);
    this.#warned = error?.code ?? null;
    if (error) this.#warnings.set(error.toBody());
  }
}
