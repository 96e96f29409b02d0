/** Hides the page until icons, texts and the first screen of the log can be painted together, or for a moment at most. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Milliseconds after which the page is shown in any case. */
const patience = 400;

export class Reveal implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #isDone = false;
  #isPlanned = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get done(): boolean {
    return this.#isDone;
  }

  hostConnected(): void {
    setTimeout(() => this.#show(), patience);
  }

  /** Shows the page as soon as its content is drawn and the font of its icons is loaded. */
  when(drawn: Promise<void>): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    void Promise.allSettled([drawn, document.fonts.load('16px codicon')]).then(() => this.#show());
  }

  #show(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#host.requestUpdate();
  }
}
