/**
 * Hands changes of a tree to the editor no faster than it draws them. The editor keeps a queue of them and asks for the
 * rows of a change only when it has drawn the one before (vscode extHostTreeViews.ts, `refreshQueue`): on a machine that is slow
 * the queue would grow, and what is seen fall behind by more and more.
 */
import type { Disposable } from '../base/event.ts';

/** Milliseconds after which a change is believed to be drawn although no row of it was asked for: it may have none in the tree. */
const patience = 2_000;

export class DrawPace implements Disposable {
  readonly #draw: () => void;
  /** Rows of the last change, none of which was asked for yet; `all`: any. */
  #awaited: ReadonlySet<string> | 'all' | null = null;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Draws now, or once for all requests when the editor has taken up the last change. */
  request(): void {
    if (this.#awaited === null) this.#draw();
    else this.#wanted = true;
  }

  /** A change of these rows was handed over. */
  handedOver(rows: readonly string[] | 'all'): void {
    this.#awaited = rows === 'all' ? rows : new Set(rows);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#takenUp(), patience);
  }

  /** The editor asks for a row; null: for the uppermost. */
  asked(row: string | null): void {
    if (this.#awaited === null) return;
    const isOfIt = this.#awaited === 'all' ? row === null : row !== null && this.#awaited.has(row);
    if (isOfIt) this.#takenUp();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#awaited = null;
    this.#wanted = false;
  }

  #takenUp(): void {
    clearTimeout(this.#timer);
    this.#awaited = null;
    if (!this.#wanted) return;
    // Not while the editor is in the middle of asking.
    queueMicrotask(() => {
      if (!this.#wanted) return;
      this.#wanted = false;
      this.request();
    });
  }
}
