/**
 * Finished jobs beyond those the window is told of by itself: asked for page by page, by the filter of the tree, and
 * kept as they are while they are shown.
 */
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
import { cursorOf, emptyShelf, exclusively, isUnread, makeRoom, putPage, type Shelf } from './olderShelf.ts';

/** Jobs that one wish for more brings. */
export const pageSize = 100;
/** Jobs the daemon gives at once, at most. */
const mostAtOnce = 500;
/** Pages that are read at once when what is on them does not pass. */
const mostPages = 20;
/** Milliseconds between two times that what is shown is asked for anew. */
const refreshInterval = 1_000;

/** How much more there is of a section; `count` is null when there are more than the daemon counts. */
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
  #shelves = new Map<Section, Shelf>();
  #filter: JobFilter = noFilter;
  #passes = matcher(noFilter, 0);
  #passesWhenFound = matcher(noFilter, 0);
  /** Jobs that the daemon found by the words of the filter, also those of the model. */
  readonly #found = new Set<string>();
  #visible = false;
  #stale = true;
  #live: boolean;
  #problem: ErrorBody | null = null;
  /** Runs of `#refresh` on their way. */
  #refreshing = 0;

  /** Fires with the ids of jobs that came, changed or went, and when there is more or less to load. */
  readonly onDidChange: Event<readonly string[]> = this.#changes.event;

  constructor(deps: OlderDeps) {
    this.#deps = deps;
    this.#live = isLive(deps.access.state);
    this.#subscriptions = [
      deps.model.onDidChange(({ changed }) => this.#leaveToModel(changed)),
      deps.model.onDidHearOfOlder(({ jobs, removed, reset }) => {
        if (reset) this.#doubt();
        else this.#hear(jobs, removed);
      }),
      deps.access.onDidChangeState((state) => {
        const before = this.#live;
        this.#live = isLive(state);
        if (this.#live && !before) this.#doubt();
      }),
    ];
  }

  /** Why older jobs could not be read although the daemon is there. */
  get problem(): ErrorBody | null {
    return this.#problem;
  }

  /** Whether jobs that pass the filter are being looked for, of which none may be known yet. */
  get looking(): boolean {
    const mayBe = this.#deps.model.horizon !== null || this.#filter.text !== undefined;
    return mayBe && this.#refreshing > 0 && isFiltering(this.#filter) && [...this.#shelves.values()].some(isUnread);
  }

  /** Begins anew with another filter; with the same one in other sections what is loaded stays. */
  setScope(filter: JobFilter, sections: readonly Section[]): void {
    const loaded = this.all();
    const kept = filter === this.#filter ? loaded : [];
    const begun = isFiltering(filter) || kept.length > 0;
    this.#filter = filter;
    this.#compile();
    this.#found.clear();
    this.#shelves = new Map(
      sections.map((section) => {
        const shelf = emptyShelf(begun);
        for (const job of kept) if (sectionStatuses[section].includes(job.status)) shelf.jobs.set(job.id, job);
        return [section, shelf];
      }),
    );
    this.#problem = null;
    this.#changes.fire(loaded.map(({ id }) => id));
    this.#stale = true;
    if (this.#visible) void this.#refresh();
  }

  /** Nothing is asked for while nobody looks, but what somebody wants. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible && this.#stale) this.#throttle.request();
  }

  /** Those loaded, without those the model has. */
  all(): Job[] {
    return [...this.#shelves.values()].flatMap(({ jobs }) => [...jobs.values()]);
  }

  get(id: string): Job | undefined {
    for (const { jobs } of this.#shelves.values()) {
      const job = jobs.get(id);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** Whether the daemon found a job by the words of the filter. */
  found(id: string): boolean {
    return this.#found.has(id);
  }

  /** What is left to load of a section; undefined when nothing is. */
  more(section: Section): More | undefined {
    const shelf = this.#shelves.get(section);
    if (shelf === undefined || shelf.cursor === null) return undefined;
    if (shelf.cursor === undefined && shelf.left <= 0) return undefined;
    return { count: Number.isFinite(shelf.left) ? shelf.left : null, loading: shelf.loading };
  }

  /** Loads the next page of a section. Rejects with what the daemon, or its absence, says. */
  async load(section: Section): Promise<void> {
    const shelf = this.#shelves.get(section);
    if (shelf === undefined) return;
    shelf.loading = true;
    this.#changes.fire([]);
    try {
      await exclusively(shelf, () => this.#loadPage(section, shelf));
      this.#problem = null;
    } finally {
      shelf.loading = false;
      this.#changes.fire([]);
    }
  }

  dispose(): void {
    this.#throttle.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  /** What is known may be wrong. */
  #doubt(): void {
    this.#stale = true;
    if (this.#visible) this.#throttle.request();
  }

  async #loadPage(section: Section, shelf: Shelf): Promise<void> {
    if (shelf.cursor === null) return;
    shelf.begun = true;
    if (shelf.cursor === undefined) shelf.query = this.#question(section, shelf.from);
    const { query } = shelf;
    if (query === null) {
      shelf.cursor = null;
      return;
    }
    const client = await this.#deps.access.client();
    // A search comes by creation and begins with jobs the window knows: go on until there is something new.
    for (let found = 0, pages = 0; found === 0 && shelf.cursor !== null && pages < mostPages; pages += 1) {
      const page = await client.list({ ...query, ...cursorOf(shelf), limit: pageSize });
      if (!this.#isCurrent(shelf)) return;
      const added = putPage(shelf, page, (job) => this.#belongs(job));
      this.#changes.fire(added);
      found = added.length;
    }
  }

  /** What to ask for of a section: what ended before all the window knows, or `from`; or a search from its beginning. */
  #question(section: Section, from: string | null): ListQuery | null {
    const { horizon } = this.#deps.model;
    // Words are looked for in more than the window knows of a job, so the daemon is asked of those it knows, too.
    if (horizon === null && from === null && this.#filter.text === undefined) return null;
    const query = queryOf(this.#filter, sectionStatuses[section], Date.now());
    if (query === null || query.sort !== 'endedAt') return query;
    // Times on the wire are of one form, so their texts are in order.
    const ends = [query.endedUntil, from ?? horizon ?? undefined].filter((end) => end !== undefined).sort();
    return { ...query, endedUntil: ends[0] };
  }

  /** Reads again what is shown, the first page when there is a filter, else only how much there is. */
  async #refresh(): Promise<void> {
    if (!this.#live || !this.#visible) return;
    this.#stale = false;
    this.#refreshing += 1;
    this.#compile();
    this.#changes.fire([]);
    try {
      await Promise.all([...this.#shelves].map(([section, shelf]) => this.#reread(section, shelf)));
      this.#problem = null;
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      this.#stale = true;
      // That the daemon is away is told by the connection, whose return brings us here again. It may have been only
      // this request that it did not answer.
      if (!daemonGone(error)) this.#problem = error.toBody();
      else if (this.#live) this.#throttle.request();
    }
    this.#refreshing -= 1;
    this.#changes.fire([]);
  }

  async #reread(section: Section, shelf: Shelf): Promise<void> {
    await exclusively(shelf, async () => {
      const { horizon } = this.#deps.model;
      const fresh = await this.#read(section, Math.max(shelf.jobs.size, isFiltering(this.#filter) ? pageSize : 0));
      if (!this.#isCurrent(shelf)) return;
      const ids = [...shelf.jobs.keys(), ...fresh.jobs.keys()];
      // What became too old for the model while the daemon was asked is not in its answer.
      for (const [id, job] of shelf.jobs) if (horizon === null || String(job.endedAt) <= horizon) shelf.jobs.delete(id);
      for (const [id, job] of fresh.jobs) if (this.#deps.model.get(id) === undefined) shelf.jobs.set(id, job);
      const { cursor, left, query } = fresh;
      Object.assign(shelf, { cursor, left, query, from: null });
      this.#changes.fire(ids);
    });
  }

  /** At least so many jobs of a section from its beginning, or with 0 only how many there are. */
  async #read(section: Section, wanted: number): Promise<Shelf> {
    const fresh = emptyShelf(true);
    fresh.query = this.#question(section, null);
    const { query } = fresh;
    if (query === null) return fresh;
    const client = await this.#deps.access.client();
    if (wanted === 0) {
      const { total, totalIsExact } = await client.list({ ...query, limit: 1 });
      fresh.left = totalIsExact ? total - this.#knownOf(section, query) : Number.POSITIVE_INFINITY;
      return fresh;
    }
    let pages = 0;
    do {
      const limit = Math.min(mostAtOnce, Math.max(pageSize, wanted - fresh.jobs.size));
      const page = await client.list({ ...query, ...cursorOf(fresh), limit });
      putPage(fresh, page, (job) => this.#belongs(job));
      pages += 1;
    } while (fresh.cursor !== null && fresh.jobs.size < wanted && pages < mostPages);
    return fresh;
  }

  /** How many of the jobs of a question the window knows by itself. */
  #knownOf(section: Section, { endedUntil }: ListQuery): number {
    const statuses = sectionStatuses[section];
    return this.#deps.model.all().filter((job) => {
      const asked = endedUntil === undefined || (job.endedAt ?? '') <= endedUntil;
      return asked && statuses.includes(job.status) && this.#passes(job);
    }).length;
  }

  /** Jobs beyond the model's that changed or have just left it, and those that are gone. */
  #hear(jobs: readonly Job[], removed: readonly string[]): void {
    const ids: string[] = [];
    for (const [section, shelf] of this.#shelves) {
      for (const id of removed) if (shelf.jobs.delete(id)) ids.push(id);
      for (const job of jobs) {
        const passes = this.#found.has(job.id) ? this.#passesWhenFound : this.#passes;
        const belongs = sectionStatuses[section].includes(job.status) && passes(job);
        if (!belongs) {
          if (shelf.jobs.delete(job.id)) ids.push(job.id);
        } else if (shelf.begun) {
          // Between what is loaded and what the window knows there must be no gap.
          shelf.jobs.set(job.id, job);
          ids.push(job.id);
        } else shelf.left += 1;
      }
      ids.push(...makeRoom(shelf));
    }
    if (ids.length > 0 || jobs.length > 0) this.#changes.fire(ids);
  }

  /** The model has them now, and knows better. */
  #leaveToModel(changed: readonly string[]): void {
    for (const { jobs } of this.#shelves.values()) for (const id of changed) jobs.delete(id);
  }

  /** Whether a job the daemon gave is one to keep here. */
  #belongs(job: Job): boolean {
    if (this.#filter.text !== undefined) this.#found.add(job.id);
    return this.#deps.model.get(job.id) === undefined && this.#passesWhenFound(job);
  }

  /** Times of the filter may be relative to now. */
  #compile(): void {
    const now = Date.now();
    this.#passes = matcher(this.#filter, now);
    this.#passesWhenFound = matcherOfFound(this.#filter, now);
  }

  #isCurrent(shelf: Shelf): boolean {
    return [...this.#shelves.values()].includes(shelf);
  }
}
