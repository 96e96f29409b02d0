/** Holds results that arrive before the events of their task, because only events have the start time and the worker. */
import type { ResultMeta } from '../wire/results.ts';

/** Workers send events in batches, so those of short tasks are late. After this time, results are released without. */
const holdMs = 1_000;
const maxHeld = 5_000;

export class EarlyResults {
  readonly #clock: { after(ms: number, call: () => void): () => void };
  readonly #onRelease: (id: string, meta: ResultMeta) => void;
  readonly #held = new Map<string, { meta: ResultMeta; stop(): void }>();

  constructor(
    clock: { after(ms: number, call: () => void): () => void },
    onRelease: (id: string, meta: ResultMeta) => void,
  ) {
    this.#clock = clock;
    this.#onRelease = onRelease;
  }

  /** Returns false if too many are held already. */
  hold(id: string, meta: ResultMeta): boolean {
    const before = this.#held.get(id);
    if (before === undefined && this.#held.size >= maxHeld) return false;
    this.#held.set(id, { meta, stop: before?.stop ?? this.#clock.after(holdMs, () => this.release(id)) });
    return true;
  }

  /** Call when the event has arrived. */
  release(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.stop();
    this.#held.delete(id);
    this.#onRelease(id, held.meta);
  }

  close(): void {
    for (const id of [...this.#held.keys()]) this.release(id);
  }
}
