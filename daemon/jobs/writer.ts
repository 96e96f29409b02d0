/** Writes of `jobs`: some can be repeated by the caller; others must not be lost, or must not wait for a full disk. */

import type { Warning } from '../../shared/daemon.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { storageProblem } from '../../shared/messages/storage.ts';
import type { Clock } from '../clock.ts';
import type { SpaceReserve } from '../disk/reserve.ts';
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
  /** Without it, a full disk refuses everything. */
  reserve?: SpaceReserve | undefined;
  onProblem(error: unknown, about: string): void;
}

interface PostponedWrite {
  closure(tx: Tx): unknown;
  /** A decision is made after all facts and commands are written, and not shown before. */
  isDecision: boolean;
  /** Returns whether it was written. Otherwise it was postponed again. */
  write(): Promise<boolean>;
}

export class Writer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #warnings: WarningSink;
  readonly #reserve: SpaceReserve | null;
  readonly #onProblem: (error: unknown, about: string) => void;
  readonly #unsubscribe: () => void;
  readonly #onStuck = new Set<() => void>();
  #postponed: PostponedWrite[] = [];
  #showing = false;
  /** Number of batches of postponed writes that are being written. */
  #writing = 0;
  #delay = firstDelay;
  #cancelTimer: (() => void) | null = null;
  #warned: string | null = null;
  #closed = false;

  constructor({ store, clock, warnings, reserve, onProblem }: WriterDeps) {
    this.#store = store;
    this.#clock = clock;
    this.#warnings = warnings;
    this.#reserve = reserve ?? null;
    this.#onProblem = onProblem;
    // A commit succeeded, so the disk accepts writes again.
    this.#unsubscribe = store.onCommit(({ isSaved }) => {
      if (isSaved) this.#writePostponed();
    });
    if (reserve?.isReleased) this.#retryLater(storageProblem('STORAGE_FULL/reserve'));
  }

  /** Whether something has been acknowledged or shown that is not saved yet. */
  get hasUnsaved(): boolean {
    return this.#postponed.some(({ isDecision }) => !isDecision);
  }

  /** Writes once, and rejects if the disk refuses it. Postponed facts are written first. */
  write<T>(closure: (tx: Tx) => T): Promise<T> {
    // The rest of the reserve is for facts and commands that help.
    if (this.#reserve?.isReleased && !this.#reserve.restore()) {
      return Promise.reject(storageProblem('STORAGE_FULL/reserve'));
    }
    this.#writePostponed();
    return this.#store.write(closure);
  }

  /**
   * Writes a fact, retrying for as long as the disk refuses it and keeping the order of the facts. Resolves after the
   * commit: late on a full disk, and never if the daemon stops first. It is shown in the meantime.
   */
  persist<T>(closure: (tx: Tx) => T): Promise<T> {
    return this.#persist(closure, false);
  }

  /** Like `persist`, for a decision that depends on all facts: it is made again when it can be written. */
  decide<T>(closure: (tx: Tx) => T): Promise<T> {
    return this.#persist(closure, true);
  }

  /**
   * Writes a command that must not wait for a full disk, such as a cancel. If the disk refuses it, this resolves with
   * the result it will have, the command is kept and retried like a fact, and `onWritten` is called with its result then.
   */
  async command<T>(closure: (tx: Tx) => T, onWritten: (value: T) => void = () => {}): Promise<T> {
    this.#writePostponed();
    try {
      return await this.#tryWrite(closure);
    } catch (error) {
      if (!isStorageError(error) || this.#closed) throw error;
      const outcome = this.#store.showUnsaved([...this.#unsaved(), closure]).at(-1);
      if (outcome === undefined || 'error' in outcome) {
        this.#showUnsaved();
        throw outcome?.error ?? error;
      }
      const problem = (failure: unknown) => this.#onProblem(failure, 'saving a command that was carried out');
      this.#postpone(this.#fact(closure, onWritten, problem, false), error);
      return outcome.value as T;
    }
  }

  /**
   * Writes a fact that the next one of its kind replaces. It is dropped, with null as the result, if the disk refuses
   * it or other facts are postponed.
   */
  async bestEffort<T>(closure: (tx: Tx) => T): Promise<T | null> {
    if (this.#postponed.length > 0 || this.#closed || this.#reserve?.isReleased) return null;
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

  #persist<T>(closure: (tx: Tx) => T, isDecision: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const fact = this.#fact(closure, resolve, reject, isDecision);
      if (this.#postponed.length === 0) void fact.write();
      else {
        this.#insert(fact);
        this.#showSoon();
      }
    });
  }

  #fact<T>(
    closure: (tx: Tx) => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
    isDecision: boolean,
  ): PostponedWrite {
    const fact: PostponedWrite = {
      closure,
      isDecision,
      write: async () => {
        try {
          resolve(await this.#tryWrite(closure));
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
    return fact;
  }

  /** Writes, if necessary at the expense of the reserve. */
  async #tryWrite<T>(closure: (tx: Tx) => T): Promise<T> {
    try {
      return await this.#store.write(closure);
    } catch (error) {
      if (!(error instanceof JobdeckError) || !mayBeFull(error) || !this.#reserve?.release()) throw error;
      this.#retryLater(error);
      return this.#store.write(closure);
    }
  }

  #postpone(fact: PostponedWrite, error: unknown): void {
    this.#insert(fact);
    for (const resolve of this.#onStuck) resolve();
    this.#onStuck.clear();
    this.#showSoon();
    this.#retryLater(error);
  }

  #insert(fact: PostponedWrite): void {
    const decisions = this.#postponed.findIndex(({ isDecision }) => isDecision);
    if (fact.isDecision || decisions === -1) this.#postponed.push(fact);
    else this.#postponed.splice(decisions, 0, fact);
  }

  #retryLater(error: unknown): void {
    if (error instanceof JobdeckError) this.#warn(error);
    if (this.#cancelTimer || this.#closed) return;
    this.#onProblem(error, 'writing changes of jobs, which are kept and retried');
    this.#cancelTimer = this.#clock.after(this.#delay, () => {
      this.#cancelTimer = null;
      this.#delay = Math.min(maxDelay, this.#delay * 2);
      if (!this.#writePostponed()) this.#settle();
    });
  }

  /** Returns whether there is something to write. */
  #writePostponed(): boolean {
    if (this.#postponed.length === 0 || this.#closed) return false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const facts = this.#postponed;
    this.#postponed = [];
    this.#writing += 1;
    void Promise.all(facts.map((fact) => fact.write())).then(() => {
      this.#writing -= 1;
      this.#showUnsaved();
      this.#settle();
    });
    return true;
  }

  /** Ends the warning once everything is written and the reserve is there again. */
  #settle(): void {
    const isWriting = this.#writing + this.#postponed.length > 0;
    if (isWriting || this.#cancelTimer !== null || this.#warned === null) return;
    if (this.#reserve?.isReleased && !this.#reserve.restore()) {
      this.#retryLater(storageProblem('STORAGE_FULL/reserve'));
      return;
    }
    this.#delay = firstDelay;
    this.#warn(null);
  }

  #unsaved(): PostponedWrite['closure'][] {
    return this.#postponed.filter(({ isDecision }) => !isDecision).map(({ closure }) => closure);
  }

  /** Shows the changes of all facts that are postponed in this turn at once. */
  #showSoon(): void {
    if (this.#showing) return;
    this.#showing = true;
    setImmediate(() => {
      this.#showing = false;
      if (!this.#closed) this.#showUnsaved();
    });
  }

  #showUnsaved(): void {
    try {
      this.#store.showUnsaved(this.#unsaved());
    } catch (error) {
      this.#onProblem(error, 'showing changes of jobs that are not saved');
    }
  }

  #warn(error: JobdeckError | null): void {
    if (this.#warned !== null && this.#warned !== error?.code) this.#warnings.clear(this.#warned);
    this.#warned = error?.code ?? null;
    if (error) this.#warnings.set(error.toBody());
  }
}

/** SQLite reports an exceeded quota as an I/O error. */
function mayBeFull({ code, params }: JobdeckError): boolean {
  return code === 'STORAGE_FULL' || params?.sqlite === 'SQLITE_IOERR_WRITE';
}
