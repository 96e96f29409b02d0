/**
 * Finished jobs that are too old for the feed. They are requested page by page with the filter of the tree, and kept up
 * to date while they are shown.
 */
import type { DaemonClient } from '../../../shared/client/http.ts';
import { daemonGone } from '../../../shared/client/request.ts';
import type { ErrorBody } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { ListQuery } from '../../../shared/protocol.ts';
import { type Disposable, Emitter, type Event } from '../../base/event.ts';
import { Throttle } from '../../base/throttle.ts';
import { type DaemonAccess, isLive } from '../../daemon/access.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import type { JobsModel } from '../../daemon/jobsModel.ts';
import { isFiltering, type JobFilter, matcher, matcherOfFound, noFilter } from '../filter/filter.ts';
import { queryOf } from '../filter/filterQuery.ts';
import { type Section, sectionStatuses } from './olderSections.ts';
import { cursorOf, emptyCache, exclusively, isUnread, makeRoom, putPage, type SectionCache } from './sectionCache.ts';

/** Number of jobs that each “Load More” adds. */
export const pageSize = 100;
/** Maximum page size of the daemon. */
const mostAtOnce = 500;
/** Maximum number of pages read in a row while none of their jobs match. */
const mostPages = 20;
/** Milliseconds between two refreshes of the shown jobs. */
const refreshInterval = 1_000;

/** The jobs left to load in a section. `count` is null if there are more than the daemon counts. */
export interface More {
  readonly count: number | null;
  readonly loading: boolean;
}

export interface OlderDeps {
  readonly model: JobsModel;
  readonly access: Pick<DaemonAccess, 'state' | 'onDidChangeState' | 'client'>;
}

export class OlderJobs implements Disposable {
  readonly #deps: OlderDeps;
  readonly #changes = new Emitter<readonly string[]>();
  readonly #throttle = new Throttle(refreshInterval, () => void this.#refresh());
  readonly #subscriptions: Disposable[];
  #caches = new Map<Section, SectionCache>();
  #filter: JobFilter = noFilter;
  #passes = matcher(noFilter, 0);
  #passesWhenFound = matcher(noFilter, 0);
  /** Jobs that the daemon found by the words of the filter, including those in the model. */
  readonly #found = new Set<string>();
  #visible = false;
  #stale = true;
  #live: boolean;
  #problem: ErrorBody | null = null;
  /** Number of `#refresh` calls in progress. */
  #refreshing = 0;

  /** Fires with the IDs of jobs that were added, changed or removed, and when the number of jobs to load changes. */
  readonly onDidChange: Event<readonly string[]> = this.#changes.event;

  constructor(deps: OlderDeps) {
    this.#deps = deps;
    this.#live = isLive(deps.access.state);
    this.#subscriptions = [
      deps.model.onDidChange(({ changed }) => this.#dropThoseInModel(changed)),
      deps.model.onDidChangeOlder(({ jobs, removed, reset }) => {
        if (reset) this.#invalidate();
        else this.#applyOlder(jobs, removed);
      }),
      deps.access.onDidChangeState((state) => {
        const before = this.#live;
        this.#live = isLive(state);
        if (this.#live && !before) this.#invalidate();
      }),
    ];
  }

  /** Why older jobs could not be read although the daemon is running. */
  get problem(): ErrorBody | null {
    return this.#problem;
  }

  /** Whether matching jobs are being searched and none may be known yet. */
  get searching(): boolean {
    const mayBe = this.#deps.model.horizon !== null || this.#filter.text !== undefined;
    return mayBe && this.#refreshing > 0 && isFiltering(this.#filter) && [...this.#caches.values()].some(isUnread);
  }

  /** Starts over with another filter. With the same filter and other sections, loaded jobs are kept. */
  setScope(filter: JobFilter, sections: readonly Section[]): void {
    const loaded = this.all();
    const kept = filter === this.#filter ? loaded : [];
    const begun = isFiltering(filter) || kept.length > 0;
    this.#filter = filter;
    this.#compile();
    this.#found.clear();
    this.#caches = new Map(
      sections.map((section) => {
        const cache = emptyCache(begun);
        for (const job of kept) if (sectionStatuses[section].includes(job.status)) cache.jobs.set(job.id, job);
        return [section, cache];
      }),
    );
    this.#problem = null;
    this.#changes.fire(loaded.map(({ id }) => id));
    this.#stale = true;
    if (this.#visible) void this.#refresh();
  }

  /** While hidden, only explicit requests are sent. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible && this.#stale) this.#throttle.request();
  }

  /** The loaded jobs, without those in the model. */
  all(): Job[] {
    return [...this.#caches.values()].flatMap(({ jobs }) => [...jobs.values()]);
  }

  get(id: string): Job | undefined {
    for (const { jobs } of this.#caches.values()) {
      const job = jobs.get(id);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** Whether the daemon found a job by the words of the filter. */
  found(id: string): boolean {
    return this.#found.has(id);
  }

  /** What is left to load in a section, or undefined. */
  more(section: Section): More | undefined {
    const cache = this.#caches.get(section);
    if (cache === undefined || cache.cursor === null) return undefined;
    if (cache.cursor === undefined && cache.left <= 0) return undefined;
    return { count: Number.isFinite(cache.left) ? cache.left : null, loading: cache.loading };
  }

  /** Loads the next page of a section. Rejects with a JobdeckError. */
  async load(section: Section): Promise<void> {
    const cache = this.#caches.get(section);
    if (cache === undefined) return;
    cache.loading = true;
    this.#changes.fire([]);
    try {
      await exclusively(cache, () => this.#loadPage(section, cache));
      this.#problem = null;
    } finally {
      cache.loading = false;
      this.#changes.fire([]);
    }
  }

  dispose(): void {
    this.#throttle.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  /** Changes may have been missed. */
  #invalidate(): void {
    this.#stale = true;
    if (this.#visible) this.#throttle.request();
  }

  async #loadPage(section: Section, cache: SectionCache): Promise<void> {
    if (cache.cursor === null) return;
    cache.begun = true;
    if (cache.cursor === undefined) cache.query = this.#queryFor(section, cache.from);
    const { query } = cache;
    if (query === null) {
      cache.cursor = null;
      return;
    }
    const client = await this.#deps.access.client();
    // Search results are sorted by creation and start with jobs the window knows. Continue until there is a new one.
    for (let found = 0, pages = 0; found === 0 && cache.cursor !== null && pages < mostPages; pages += 1) {
      const before = cache.left;
      const page = await client.list({ ...query, ...cursorOf(cache), limit: pageSize });
      if (!this.#isCurrent(cache)) return;
      const added = putPage(cache, page, (job) => this.#belongs(job));
      if (cache.left === Number.POSITIVE_INFINITY) cache.left = Math.max(1, before - added.length);
      this.#changes.fire(added);
      found = added.length;
    }
  }

  /** The query for a section: jobs that ended before those the window knows or before `from`, or a whole search. */
  #queryFor(section: Section, from: string | null): ListQuery | null {
    const { horizon } = this.#deps.model;
    // The daemon searches fields that the window does not have, so jobs the window knows are requested, too.
    if (horizon === null && from === null && this.#filter.text === undefined) return null;
    const query = queryOf(this.#filter, sectionStatuses[section], Date.now());
    if (query === null || query.sort !== 'endedAt') return query;
    // Timestamps have a fixed format, so they can be compared as strings.
    const ends = [query.endedUntil, from ?? horizon ?? undefined].filter((end) => end !== undefined).sort();
    return { ...query, endedUntil: ends[0] };
  }

  /** Reads the shown jobs again: at least the first page if there is a filter, otherwise maybe only the count. */
  async #refresh(): Promise<void> {
    if (!this.#live || !this.#visible) return;
    this.#stale = false;
    this.#refreshing += 1;
    this.#compile();
    this.#changes.fire([]);
    try {
      await Promise.all([...this.#caches].map(([section, cache]) => this.#reread(section, cache)));
      this.#problem = null;
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      this.#stale = true;
      // The connection reports a lost daemon and triggers another refresh when it is back. If only this request failed,
      // retry.
      if (!daemonGone(error)) this.#problem = error.toBody();
      else if (this.#live) this.#throttle.request();
    }
    this.#refreshing -= 1;
    this.#changes.fire([]);
  }

  async #reread(section: Section, cache: SectionCache): Promise<void> {
    await exclusively(cache, async () => {
      const { horizon } = this.#deps.model;
      const fresh = await this.#read(section, Math.max(cache.jobs.size, isFiltering(this.#filter) ? pageSize : 0));
      if (!this.#isCurrent(cache)) return;
      const ids = [...cache.jobs.keys(), ...fresh.jobs.keys()];
      // Jobs that became too old for the model during the request are not in the reply.
      for (const [id, job] of cache.jobs) if (horizon === null || String(job.endedAt) <= horizon) cache.jobs.delete(id);
      for (const [id, job] of fresh.jobs) if (this.#deps.model.get(id) === undefined) cache.jobs.set(id, job);
      const { cursor, left, query } = fresh;
      Object.assign(cache, { cursor, left, query, from: null });
      this.#changes.fire(ids);
    });
  }

  /** Reads at least that many jobs of a section from the start, or with 0 only their number. */
  async #read(section: Section, wanted: number): Promise<SectionCache> {
    const fresh = emptyCache(true);
    fresh.query = this.#queryFor(section, null);
    const { query } = fresh;
    if (query === null) return fresh;
    const client = await this.#deps.access.client();
    if (wanted === 0) return { ...fresh, left: await this.#count(client, section, query) };
    let pages = 0;
    do {
      const limit = Math.min(mostAtOnce, Math.max(pageSize, wanted - fresh.jobs.size));
      const page = await client.list({ ...query, ...cursorOf(fresh), limit });
      putPage(fresh, page, (job) => this.#belongs(job));
      pages += 1;
    } while (fresh.cursor !== null && fresh.jobs.size < wanted && pages < mostPages);
    return fresh;
  }

  /** How many jobs of a section the window does not know. */
  async #count(client: DaemonClient, section: Section, query: ListQuery): Promise<number> {
    // By status alone, jobs are always counted exactly, and the window knows all that are not older.
    const counted = isFiltering(this.#filter) ? query : { status: query.status };
    const { total, totalIsExact } = await client.list({ ...counted, limit: 1 });
    return totalIsExact ? Math.max(0, total - this.#knownOf(section, counted)) : Number.POSITIVE_INFINITY;
  }

  /** How many jobs of a query are in the model. */
  #knownOf(section: Section, { endedUntil }: ListQuery): number {
    const statuses = sectionStatuses[section];
    return this.#deps.model.all().filter((job) => {
      const asked = endedUntil === undefined || (job.endedAt ?? '') <= endedUntil;
      return asked && statuses.includes(job.status) && this.#passes(job);
    }).length;
  }

  /** Applies jobs that changed or just left the model, and removed jobs. */
  #applyOlder(jobs: readonly Job[], removed: readonly string[]): void {
    const ids: string[] = [];
    for (const [section, cache] of this.#caches) {
      for (const id of removed) if (cache.jobs.delete(id)) ids.push(id);
      for (const job of jobs) {
        const passes = this.#found.has(job.id) ? this.#passesWhenFound : this.#passes;
        const belongs = sectionStatuses[section].includes(job.status) && passes(job);
        if (!belongs) {
          if (cache.jobs.delete(job.id)) ids.push(job.id);
        } else if (cache.begun) {
          // There must be no gap between the loaded jobs and those in the model.
          cache.jobs.set(job.id, job);
          ids.push(job.id);
        } else cache.left += 1;
      }
      ids.push(...makeRoom(cache));
    }
    if (ids.length > 0 || jobs.length > 0) this.#changes.fire(ids);
  }

  /** Drops jobs that are in the model now. */
  #dropThoseInModel(changed: readonly string[]): void {
    for (const { jobs } of this.#caches.values()) for (const id of changed) jobs.delete(id);
  }

  /** Whether to keep a job from the daemon. */
  #belongs(job: Job): boolean {
    if (this.#filter.text !== undefined) this.#found.add(job.id);
    return this.#deps.model.get(job.id) === undefined && this.#passesWhenFound(job);
  }

  /** Compiles the filter, whose times may be relative to now. */
  #compile(): void {
    const now = Date.now();
    this.#passes = matcher(this.#filter, now);
    this.#passesWhenFound = matcherOfFound(this.#filter, now);
  }

  #isCurrent(cache: SectionCache): boolean {
    return [...this.#caches.values()].includes(cache);
  }
}
