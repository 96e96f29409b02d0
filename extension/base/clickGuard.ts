/**
 * Ignores clicks that were meant for another row. When a row leaves its place, the next one comes under the pointer with
 * the same button, so that the second click of a double click would cancel another job.
 */

/** Milliseconds after a click, and after the clicked row has moved, in which no other click counts. */
const quiet = 500;

export class ClickGuard {
  readonly #now: () => number;
  #row: string | null = null;
  #actedAt = Number.NEGATIVE_INFINITY;
  #movedAt = Number.NEGATIVE_INFINITY;

  /** `now` returns milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Whether a click on this row counts now. If so, it becomes the last one. Another click on the same row counts at once
   * if it `opens` something, because that changes nothing.
   */
  admits(row: string, opens = false): boolean {
    if ((!opens && this.#now() - this.#actedAt < quiet) || !this.isFree(row)) return false;
    this.#row = row;
    this.#actedAt = this.#now();
    this.#movedAt = Number.NEGATIVE_INFINITY;
    return true;
  }

  /** Whether this row is not one that has just come to the place of the row clicked last. */
  isFree(row: string): boolean {
    return row === this.#row || this.#now() - Math.max(this.#actedAt, this.#movedAt) >= quiet;
  }

  /** The row clicked last. */
  get row(): string | null {
    return this.#row;
  }

  /** Call this when the row clicked last has left its place. */
  moved(): void {
    this.#movedAt = this.#now();
  }
}

/**
 * The ID of the row whose button or menu was used: the editor then passes two arguments. Null for calls of other kinds, and for
 * several selected rows, about which the user is asked.
 */
export function clickedRow(args: readonly unknown[]): string | null {
  const [row, selected] = args;
  if (args.length !== 2 || Array.isArray(selected) || typeof row !== 'object' || row === null || !('id' in row))
    return null;
  return typeof row.id === 'string' ? row.id : null;
}
