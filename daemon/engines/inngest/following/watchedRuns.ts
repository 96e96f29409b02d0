/** Runs that somebody looks at: looked at again while they go on, and told only when something changed. */
import type { Fact, OpenJob } from '../../remote.ts';

/** How long after somebody looked, in milliseconds. */
const watchMs = 2 * 60_000;
const maxWatched = 5;
/** A look costs three calls. */
const refreshMs = 1_000;

export class WatchedRuns {
  readonly #watched = new Map<string, { job: OpenJob; until: number; lookedAt: number; told: string }>();

  /** Somebody looks at it. Returns whether the latest look is old enough for another. */
  add(job: OpenJob, now: number): boolean {
    const before = this.#watched.get(job.externalId);
    const isDue = before === undefined || now - before.lookedAt >= refreshMs;
    this.#watched.delete(job.externalId);
    const lookedAt = before === undefined || isDue ? now : before.lookedAt;
    this.#watched.set(job.externalId, { job, until: now + watchMs, lookedAt, told: before?.told ?? '' });
    for (const id of this.#watched.keys()) if (this.#watched.size > maxWatched) this.#watched.delete(id);
    return isDue;
  }

  /** Those to look at again. A run that `isOpen` says has ended is looked at once more, and then left. */
  due(now: number, isOpen: (id: string) => boolean): OpenJob[] {
    return [...this.#watched].flatMap(([id, entry]) => {
      const { job, until, lookedAt } = entry;
      const open = isOpen(id);
      if (now > until || !open) this.#watched.delete(id);
      if (now > until || (open && now - lookedAt < refreshMs)) return [];
      entry.lookedAt = now;
      return [open ? job : { ...job, status: 'completed' as const }];
    });
  }

  forget(externalId: string): void {
    this.#watched.delete(externalId);
  }

  /** Whether this is other than what was told of it last. */
  hasChanged(fact: Fact): boolean {
    const { at: _, ...rest } = fact;
    const told = JSON.stringify(rest);
    const entry = this.#watched.get(fact.externalId);
    if (entry?.told === told) return false;
    if (entry) entry.told = told;
    return true;
  }
}
