/** What is kept of tasks: of open ones what is known, of ended ones the attempt, for news that come late. Bounded. */
import type { OpenJob } from '../../remote.ts';
import type { AttemptEvent } from './attempts.ts';

/** Tasks that are kept at most; the one that was heard of least recently goes first. */
export const maxTasks = 20_000;
const maxFinished = 5_000;

export interface Task {
  events: readonly AttemptEvent[];
  /** The attempt that is known from elsewhere than events. */
  baseAttempt: number;
  /** The latest attempt that was told by events. */
  reportedAttempt: number;
  hasInput: boolean;
  /** The worker that has it, and whether it is known to run there. */
  host: string | null;
  isRunning: boolean;
  /** Told as waiting in its queue already. */
  isQueued: boolean;
}

/** A task that ended: in which attempt, and by which event, where it was one. */
export interface FinishedTask {
  attempt: number;
  by: { process: string; clock: number } | null;
}

export class OpenTasks {
  readonly #tasks = new Map<string, Task>();
  readonly #finished = new Map<string, FinishedTask>();
  readonly #known: (id: string) => (OpenJob & { input: unknown }) | null;

  /** `known`: what is stored of a task. */
  constructor(known: (id: string) => (OpenJob & { input: unknown }) | null) {
    this.#known = known;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** The task, as far as it is known; with what is stored of it when it is not. */
  getOrRestore(id: string): Task {
    const there = this.#tasks.get(id);
    // Behind the others, so that the first is the one that was heard of least recently.
    if (there !== undefined) this.#tasks.delete(id);
    const task = there ?? this.#restore(id);
    this.#tasks.set(id, task);
    if (this.#tasks.size > maxTasks) this.#tasks.delete(this.#tasks.keys().next().value ?? id);
    return task;
  }

  get(id: string): Task | null {
    return this.#tasks.get(id) ?? null;
  }

  entries(): IterableIterator<[string, Task]> {
    return this.#tasks.entries();
  }

  finished(id: string): FinishedTask | null {
    return this.#finished.get(id) ?? null;
  }

  /** The attempt in which it ended: never one before what was told. */
  finish(id: string, latest: number, by: FinishedTask['by'] = null): number {
    const attempt = Math.max(latest, this.#tasks.get(id)?.reportedAttempt ?? 0);
    this.#tasks.delete(id);
    this.#finished.delete(id);
    this.#finished.set(id, { attempt, by: by === null ? null : { process: by.process, clock: by.clock } });
    if (this.#finished.size > maxFinished) this.#finished.delete(this.#finished.keys().next().value ?? id);
    return attempt;
  }

  forget(id: string): void {
    this.#tasks.delete(id);
  }

  #restore(id: string): Task {
    const known = this.#known(id);
    const base = { events: [], isQueued: false, reportedAttempt: 0 };
    if (known === null) return { ...base, baseAttempt: 1, hasInput: false, host: null, isRunning: false };
    // One that waits has the number of the attempt that is over.
    const attempt = known.status === 'waiting' || known.status === 'pending' ? known.attempt + 1 : known.attempt;
    const hasInput = known.input !== null && known.input !== undefined;
    return {
      ...base,
      baseAttempt: Math.max(1, attempt),
      hasInput,
      host: known.worker,
      isRunning: known.status === 'running',
    };
  }
}
