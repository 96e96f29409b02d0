/** Events for the parts that don't know the editor; shaped so that `vscode.Event` consumers can take them. */

export interface Disposable {
  dispose(): void;
}

/** Calls the listener for each event until the result is disposed of. */
export type Event<T> = (listener: (event: T) => unknown) => Disposable;

/** Fires events. A listener that throws keeps no other from being called; its error surfaces as an uncaught one. */
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
