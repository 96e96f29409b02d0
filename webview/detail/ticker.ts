/** Renders an element every second, but only while it is visible and something on it changes every second. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class Ticker implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => boolean;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `wanted` returns whether anything changes every second. It is called after every update. */
  constructor(host: ReactiveControllerHost, wanted: () => boolean) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#look);
  }

  hostUpdated(): void {
    this.#adjust();
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#look);
    this.#stop();
  }

  readonly #look = () => {
    this.#adjust();
    if (this.#timer !== null) this.#host.requestUpdate();
  };

  #adjust(): void {
    const run = this.#wanted() && document.visibilityState === 'visible';
    if (run && this.#timer === null) this.#timer = setInterval(() => this.#host.requestUpdate(), 1000);
    if (!run) this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
