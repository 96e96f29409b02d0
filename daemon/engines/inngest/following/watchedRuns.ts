/** Runs that are being viewed. Their details are refreshed while they run, and reported when they change. */
import type { Fact, OpenJob } from '../../remote.ts';

/** How long to refresh after the latest view, in milliseconds. */
const watchMs = 2 * 60_000;
const maxWatched = 5;
/** Minimum interval, because a refresh takes three calls. In milliseconds. */
const refreshMs = 1_000;

export class WatchedRuns {
  readonly #watched = new Map<string, { job: OpenJob; until: number; refreshedAt: number; reported: string }>();

  /** Call when a run is viewed. Returns whether its details are due for a refresh. */
  add(job: OpenJob, now: number): boolean {
    const before = this.#watched.get(job.externalId);
    const isDue = before === undefined || now - before.refreshedAt >= refreshMs;
    this.#watched.delete(job.externalId);
    const refreshedAt = before === undefined || isDue ? now : before.refreshedAt;
    this.#watched.set(job.externalId, { job, until: now + watchMs, refreshedAt, reported: before?.reported ?? '' });
    for (const id of this.#watched.keys()) if (this.#watched.size > maxWatched) this.#watched.delete(id);
    return isDue;
  }

  /** Runs that are due for a refresh. A finished run, by `isOpen`, is refreshed a last time. */
  due(now: number, isOpen: (id: string) => boolean): OpenJob[] {
    return [...this.#watched].flatMap(([id, entry]) => {
      const { job, until, refreshedAt } = entry;
      const open = isOpen(id);
      if (now > until || !open) this.#watched.delete(id);
      if (now > until || (open && now - refreshedAt < refreshMs)) return [];
      entry.refreshedAt = now;
      return [open ? job : { ...job, status: 'completed' as const }];
    });
  }

  forget(externalId: string): void {
    this.#watched.delete(externalId);
  }

  /** Whether the fact differs from the previous one about the run. */
  hasChanged(fact: Fact): boolean {
    const { at: _, ...rest } = fact;
    const json = JSON.stringify(rest);
    const entry = this.#watched.get(fact.externalId);
    if (entry?.reported === json) return false;
    if (entry) entry.reported = json;
    return true;
  }
}
