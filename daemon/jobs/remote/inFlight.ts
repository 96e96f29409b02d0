/** Facts on unknown IDs, kept while something is being sent: its engine's ID may become known by that. */
import type { Fact } from '../../engines/remote.ts';
import type { Source } from './reach.ts';

/** Facts kept for a connection at most. */
const maxKept = 10_000;

export interface InFlightDeps {
  /** Takes the kept facts once nothing is being sent to the connection any more. */
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

  /** Keeps a fact for later; false when nothing is being sent, or too much is kept already. */
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
