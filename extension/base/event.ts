/** Events for code that doesn't depend on the editor. Compatible with consumers of `vscode.Event`. */

export interface Disposable {
  dispose(): void;
}

/** Calls the listener for each event until the result is disposed. */
export type Event<T> = (listener: (event: T) => unknown) => Disposable;

/** Fires events. If a listener throws, the others are still called, and its error surfaces as an uncaught error. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ call: (event: T) => unknown }>();

  readonly event: Event<T> = (listener) => {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return { dispose: () => this.#listeners.delete(entry) };
  };

  fire(event: T): void {
    for (const entry of [...this.#listeners]) {
      try {
        entry.call(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
