/** Announces changes to screen readers: only the latest text, and no more often than one can listen. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Milliseconds between two announcements. */
const interval = 2_000;

export class Announcer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #current = '';
  #next = '';
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Requests an announcement; returns the current text of the live region. */
  say(text: string): string {
    this.#next = text;
    if (this.#timer === null && text !== this.#current) {
      this.#current = text;
      this.#timer = setTimeout(() => this.#flush(), interval);
    }
    return this.#current;
  }

  #flush(): void {
    this.#timer = null;
    if (this.#next !== this.#current) this.#host.requestUpdate();
  }
}
