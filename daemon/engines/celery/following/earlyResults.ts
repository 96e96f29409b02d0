/** Results that came before the events of their task: they wait a moment for these, which say when it began and where. */
import type { ResultMeta } from '../wire/results.ts';

/** Events come in bundles, so that many short tasks have theirs late. Without any, results are told after this. */
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

  /** False when there are too many: then it is not held. */
  hold(id: string, meta: ResultMeta): boolean {
    const before = this.#held.get(id);
    if (before === undefined && this.#held.size >= maxHeld) return false;
    this.#held.set(id, { meta, stop: before?.stop ?? this.#clock.after(holdMs, () => this.release(id)) });
    return true;
  }

  /** Its event has come. */
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
