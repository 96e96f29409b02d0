/** Keeps facts about unknown IDs while a job is being sent, because its ID at the engine is not known yet. */
import type { Fact } from '../../engines/remote.ts';
import type { Source } from './reach.ts';

/** Maximum number of facts kept for a connection. */
const maxKept = 10_000;

export interface InFlightDeps {
  /** Applies the kept facts once nothing is being sent to the connection. */
  take(source: Source, facts: readonly Fact[]): Promise<void>;
}

export class InFlight {
  readonly #deps: InFlightDeps;
  /** By connection. */
  readonly #sending = new Map<string, { count: number; kept: Fact[] }>();

  constructor(deps: InFlightDeps) {
    this.#deps = deps;
  }

  /** Whether something is being sent to a connection. */
  has(connection: string): boolean {
    return this.#sending.has(connection);
  }

  /** Keeps a fact for later; false if nothing is being sent, or too many are kept already. */
  keep(connection: string, fact: Fact): boolean {
    const sending = this.#sending.get(connection);
    if (sending === undefined || sending.kept.length >= maxKept) return false;
    sending.kept.push(fact);
    return true;
  }

  async during(source: Source, send: () => Promise<void>): Promise<void> {
    const sending = this.#sending.get(source.name) ?? { count: 0, kept: [] };
    sending.count += 1;
    this.#sending.set(source.name, sending);
    try {
      await send();
    } finally {
      sending.count -= 1;
      if (sending.count === 0) {
        this.#sending.delete(source.name);
        if (sending.kept.length > 0) await this.#deps.take(source, sending.kept);
      }
    }
  }
}
