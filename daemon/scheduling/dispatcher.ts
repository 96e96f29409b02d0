/** Starts pending jobs, driven by events and never by a tick. */
import type { Dispatching } from '../jobs/ports.ts';
import { mayStart } from './choice.ts';

export interface DispatcherDeps {
  jobs: Dispatching;
  onProblem(error: unknown, about: string): void;
}

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  #running = false;
  #wanted = false;
  #closed = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Something changed that may let pending jobs start. Cheap to call often: rounds never overlap. */
  wake(): void {
    this.#wanted = true;
    if (!this.#running && !this.#closed) void this.#run();
  }

  /** Starts nothing more. */
  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#wanted && !this.#closed) {
      this.#wanted = false;
      try {
        await this.#deps.jobs.dispatch(mayStart);
      } catch (error) {
        this.#deps.onProblem(error, 'starting pending jobs');
      }
    }
    this.#running = false;
  }
}
