/**
 * Which parents the editor has been asked to redraw, and has not asked for their rows since. Until then it knows none of
 * these rows (extHostTreeViews.ts, `_addChildrenToClear`), and passes none to commands.
 */

/** Milliseconds after which a parent is not waited for: its rows may not be visible. */
const patience = 2_000;

export class PendingRedraw {
  readonly #since = new Map<string, number>();
  readonly #now: () => number;

  /** `now` returns milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isPending(): boolean {
    return [...this.#since.values()].some((since) => this.#now() - since < patience);
  }

  /** The rows below these parents were sent to the editor. */
  sent(parents: Iterable<string>): void {
    for (const parent of parents) this.#since.set(parent, this.#now());
  }

  /** The editor asked for the rows of a parent. */
  asked(parent: string): void {
    this.#since.delete(parent);
  }
}
