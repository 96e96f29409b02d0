/** Unfinished tasks, and the attempts of finished ones, which late events need. Bounded. */
import type { OpenJob } from '../../remote.ts';
import { type AttemptEvent, type AttemptState, attemptState } from './attempts.ts';

/** The least recently used task is dropped first. */
export const maxTasks = 20_000;
const maxFinished = 5_000;

export interface Task {
  events: readonly AttemptEvent[];
  /** Attempt number from other sources than events. */
  baseAttempt: number;
  /** Number of the latest attempt that was reported because of an event. */
  reportedAttempt: number;
  hasInput: boolean;
  /** The worker that has it. */
  host: string | null;
  isRunning: boolean;
  /** Whether it was already reported as waiting in its queue. */
  isQueued: boolean;
}

/** The state of a task's latest attempt. */
export function attemptStateOf({ events, baseAttempt }: Task): AttemptState {
  return attemptState(events, baseAttempt);
}

/** The attempt in which a task finished, and the event that reported it, if any. */
export interface FinishedTask {
  attempt: number;
  /** The events of a task that was retried: the error of an earlier attempt may arrive late. */
  events: readonly AttemptEvent[];
  by: { process: string; clock: number } | null;
}

export class OpenTasks {
  readonly #tasks = new Map<string, Task>();
  readonly #finished = new Map<string, FinishedTask>();
  readonly #known: (id: string) => (OpenJob & { input: unknown }) | null;

  /** `known` returns what is stored of a task. */
  constructor(known: (id: string) => (OpenJob & { input: unknown }) | null) {
    this.#known = known;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** The task, restored from the store if it isn't in memory. */
  getOrRestore(id: string): Task {
    const existing = this.#tasks.get(id);
    // Moves it to the end, so that the least recently used task is the first.
    if (existing !== undefined) this.#tasks.delete(id);
    const task = existing ?? this.#restore(id);
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

  /** Marks the task as finished. Returns the attempt in which it finished, which is never before a reported one. */
  finish(id: string, latest: number, by: FinishedTask['by'] = null): number {
    const task = this.#tasks.get(id);
    const attempt = Math.max(latest, task?.reportedAttempt ?? 0);
    const events = (attempt > 1 ? (task?.events ?? this.#finished.get(id)?.events) : null) ?? [];
    this.#tasks.delete(id);
    this.#finished.delete(id);
    this.#finished.set(id, { attempt, events, by: by === null ? null : { process: by.process, clock: by.clock } });
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
    // A waiting task has the number of its previous attempt.
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
