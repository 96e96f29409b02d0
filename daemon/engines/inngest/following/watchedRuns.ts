/** Runs that somebody looks at: looked at again while they go on, and told only when something changed. */
import type { Fact, OpenJob } from '../../remote.ts';

/** How long after somebody looked, in milliseconds. */
const lasting = 2 * 60_000;
const most = 5;
/** A look costs three calls. */
const every = 1_000;

export class Looked {
  readonly #seen = new Map<string, { job: OpenJob; until: number; lookedAt: number; told: string }>();

  /** Somebody looks at it. Returns whether the latest look is old enough for another. */
  add(job: OpenJob, now: number): boolean {
    const before = this.#seen.get(job.externalId);
    const isDue = before === undefined || now - before.lookedAt >= every;
    this.#seen.delete(job.externalId);
    const lookedAt = before === undefined || isDue ? now : before.lookedAt;
    this.#seen.set(job.externalId, { job, until: now + lasting, lookedAt, told: before?.told ?? '' });
    for (const id of this.#seen.keys()) if (this.#seen.size > most) this.#seen.delete(id);
    return isDue;
  }

  /** Those to look at again. A run that `isOpen` says has ended is looked at once more, and then left. */
  due(now: number, isOpen: (id: string) => boolean): OpenJob[] {
    return [...this.#seen].flatMap(([id, entry]) => {
      const { job, until, lookedAt } = entry;
      const open = isOpen(id);
      if (now > until || !open) this.#seen.delete(id);
      if (now > until || (open && now - lookedAt < every)) return [];
      entry.lookedAt = now;
      return [open ? job : { ...job, status: 'completed' as const }];
    });
  }

  forget(externalId: string): void {
    this.#seen.delete(externalId);
  }

  /** Whether this is other than what was told of it last. */
  isNews(fact: Fact): boolean {
    const { at: _, ...rest } = fact;
    const told = JSON.stringify(rest);
    const entry = this.#seen.get(fact.externalId);
    if (entry?.told === told) return false;
    if (entry) entry.told = told;
    return true;
  }
}
