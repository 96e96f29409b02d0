/** Renders an element anew once a second, only while something on it changes by the second and somebody can see it. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class Ticker implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => boolean;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `wanted` says whether anything ticks; asked after every update. */
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
