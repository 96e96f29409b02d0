/** Prevents duplicate reruns. Servers accept no key for reruns, so an earlier one is searched for before it is repeated. */
import type { OpenJob } from '../../remote.ts';
import { asArray } from '../../untrustedJson.ts';
import type { InngestApi } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';
import type { ServerClock } from '../http/serverClock.ts';
import { listRuns } from './eventRuns.ts';

const maxRequests = 100;

export class RerunRegistry {
  readonly #clock: ServerClock;
  /** By key: the ID of the new run, or the time of the first request by the server's clock. */
  readonly #requested = new Map<string, { externalId: string } | { requestedAt: number }>();

  constructor(clock: ServerClock) {
    this.#clock = clock;
  }

  /** The run that an earlier request with the key started; null if none is found. */
  async findEarlier(api: InngestApi, job: OpenJob & { metadata: unknown }, key: string): Promise<string | null> {
    const before = this.#requested.get(key);
    if (before && 'externalId' in before) return before.externalId;
    if (!before) {
      this.#remember(key, { requestedAt: this.#clock.toServer(this.#clock.now()) });
      return null;
    }
    const eventId = readText(asArray(getPath(job.metadata, 'eventIds'))[0], 100);
    if (eventId === null) return null;
    const runs = await listRuns(api, eventId);
    return runs.find((id) => id !== job.externalId && (ulidTime(id) ?? 0) >= before.requestedAt) ?? null;
  }

  succeeded(key: string, externalId: string): void {
    this.#remember(key, { externalId });
  }

  /** The server rejected the request, so no run was started. */
  refused(key: string): void {
    this.#requested.delete(key);
  }

  #remember(key: string, entry: { externalId: string } | { requestedAt: number }): void {
    this.#requested.set(key, entry);
    for (const oldest of this.#requested.keys()) if (this.#requested.size > maxRequests) this.#requested.delete(oldest);
  }
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The time in a ULID, in milliseconds; null if it isn't one. */
export function ulidTime(ulid: string): number | null {
  if (!/^[0-9A-HJKMNP-TV-Z]{26}$/.test(ulid)) return null;
  return [...ulid.slice(0, 10)].reduce((sum, digit) => sum * 32 + digits.indexOf(digit), 0);
}
