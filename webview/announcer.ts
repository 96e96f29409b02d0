/** What a screen reader is told of by itself: the latest news, and not more often than one can listen to. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Milliseconds between two announcements. */
const interval = 2_000;

export class Announcer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #said = '';
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

  /** Wants this to be said; returns what the live region says now. */
  say(text: string): string {
    this.#next = text;
    if (this.#timer === null && text !== this.#said) {
      this.#said = text;
      this.#timer = setTimeout(() => this.#rested(), interval);
    }
    return this.#said;
  }

  #rested(): void {
    this.#timer = null;
    if (this.#next !== this.#said) this.#host.requestUpdate();
  }
}
