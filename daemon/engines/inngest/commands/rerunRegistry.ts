/** Reruns that were asked for. A server takes no key for them, so one that may have begun is looked for before it is asked again. */

import type { OpenJob } from '../../remote.ts';
import { listOf } from '../../untrustedJson.ts';
import type { InngestApi } from '../http/client.ts';
import { at, text } from '../http/json.ts';
import type { RemoteClock } from '../http/serverClock.ts';
import { listRuns } from './submit.ts';

const most = 100;

export class Reruns {
  readonly #clock: RemoteClock;
  /** By their keys: the id of the new run, or when it was asked for first, by the server's clock. */
  readonly #asked = new Map<string, { externalId: string } | { askedAt: number }>();

  constructor(clock: RemoteClock) {
    this.#clock = clock;
  }

  /** The run that the same key began already; null when there is none to be found. */
  async earlier(api: InngestApi, job: OpenJob & { metadata: unknown }, key: string): Promise<string | null> {
    const before = this.#asked.get(key);
    if (before && 'externalId' in before) return before.externalId;
    if (!before) {
      this.#remember(key, { askedAt: this.#clock.theirs(this.#clock.now()) });
      return null;
    }
    const eventId = text(listOf(at(job.metadata, 'eventIds'))[0], 100);
    if (eventId === null) return null;
    const runs = await listRuns(api, eventId);
    return runs.find((id) => id !== job.externalId && (timeOf(id) ?? 0) >= before.askedAt) ?? null;
  }

  done(key: string, externalId: string): void {
    this.#remember(key, { externalId });
  }

  /** It was refused: nothing began. */
  refused(key: string): void {
    this.#asked.delete(key);
  }

  #remember(key: string, entry: { externalId: string } | { askedAt: number }): void {
    this.#asked.set(key, entry);
    for (const oldest of this.#asked.keys()) if (this.#asked.size > most) this.#asked.delete(oldest);
  }
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** When a ULID was made, in milliseconds: its first ten characters; null when it is none. */
export function timeOf(ulid: string): number | null {
  if (!/^[0-9A-HJKMNP-TV-Z]{26}$/.test(ulid)) return null;
  return [...ulid.slice(0, 10)].reduce((sum, digit) => sum * 32 + digits.indexOf(digit), 0);
}
