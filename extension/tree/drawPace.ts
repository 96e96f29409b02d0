/**
 * Sends changes of a tree to the editor no faster than it draws them. The editor queues changes and requests the rows of
 * a change only when it has drawn the previous one (vscode extHostTreeViews.ts, `refreshQueue`). On a slow machine the
 * queue would grow, and the view would fall further and further behind.
 */
import type { Disposable } from '../base/event.ts';

/** Milliseconds after which a change counts as drawn even if none of its rows was requested: they may not be in the tree. */
const patience = 2_000;

export class DrawPace implements Disposable {
  readonly #draw: () => void;
  /** Rows of the last change, none of which was requested yet. `all`: any row. */
  #awaited: ReadonlySet<string> | 'all' | null = null;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Draws now, or once for all requests when the editor has drawn the last change. */
  request(): void {
    if (this.#awaited === null) this.#draw();
    else this.#wanted = true;
  }

  /** A change of these rows was sent to the editor. */
  changesSent(rows: readonly string[] | 'all'): void {
    this.#awaited = rows === 'all' ? rows : new Set(rows);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changesDrawn(), patience);
  }

  /** The editor requests a row. Null for the root. */
  rowRequested(row: string | null): void {
    if (this.#awaited === null) return;
    const isOfIt = this.#awaited === 'all' ? row === null : row !== null && this.#awaited.has(row);
    if (isOfIt) this.#changesDrawn();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#awaited = null;
    this.#wanted = false;
  }

  #changesDrawn(): void {
    clearTimeout(this.#timer);
    this.#awaited = null;
    if (!this.#wanted) return;
    // Not while the editor is still requesting rows.
    queueMicrotask(() => {
      if (!this.#wanted) return;
      this.#wanted = false;
      this.request();
    });
  }
}
