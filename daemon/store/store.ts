/** The database of jobs: reads by SQL, writes by group commit. */
import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { JobFilter } from '../../shared/bulk.ts';
import type { Health } from '../../shared/daemon.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { FeedSnapshot, FeedSubject } from '../../shared/feedMessages.ts';
import type { Job, JobDetail, JobStatus } from '../../shared/job.ts';
import { type Facets, feedHistory, type JobList, type ListQuery } from '../../shared/protocol.ts';
import type { Stats, StatsQuery } from '../../shared/stats.ts';
import { jobStatuses } from '../../shared/vocabulary.ts';
import { Commits, type Outcome } from './commits.ts';
import { suspect } from './database.ts';
import { isCorrupt, storageError } from './errors.ts';
import type { ChangeSet, StoreReads } from './ports.ts';
import { readFacets } from './queries/facets.ts';
import { changesAfter, snapshotJobs } from './queries/feed.ts';
import { type ListLimits, listJobs } from './queries/list.ts';
import { type MatchingJob, type MatchingPage, matchingJobs } from './queries/matching.ts';
import { type MetricReads, readMetrics } from './queries/metrics.ts';
import { resolveReference } from './queries/references.ts';
import { readStats } from './queries/stats.ts';
import { type Reads, readsOf } from './reads.ts';
import { SearchIndex } from './searchIndex.ts';
import { Statements } from './statements.ts';
import type { SilentJob } from './tables/jobs.ts';
import type { Tx } from './tx.ts';
import { noUnsaved, type Unsaved } from './unsaved.ts';
import { type JobRules, toAttempt, toDetail, toJob } from './wire.ts';

/** Maximum number of timeline entries in the detail of a job. */
const shownEvents = 500;

export interface StoreOptions {
  now(): number;
  rules: JobRules;
  /** Size of an attempt's log in bytes, or null if there is none. */
  logSize(jobId: string, attempt: number): number | null;
  /** Finished jobs in a snapshot; `feedHistory` except in tests. */
  history?: number;
  /** Tombstones kept for clients that resume. */
  keptTombstones?: number;
  /** Bounds of lists; `listLimits` except in tests. */
  listLimits?: ListLimits;
  /** Called with the error of a commit listener that threw. */
  onProblem?(error: unknown, about: string): void;
}

export class Store implements StoreReads {
  readonly #epoch: string;
  readonly #db: Database;
  readonly #file: string;
  readonly #sql: Statements;
  readonly #reads: Reads;
  readonly #options: StoreOptions;
  readonly #history: number;
  readonly #commits: Commits;
  readonly #index: SearchIndex;
  #beforeEnd: (tx: Tx) => void = () => {};
  #unsaved: Unsaved = noUnsaved;
  readonly #listeners = new Set<(changes: ChangeSet) => void>();
  readonly #hintListeners = new Set<(changed: ReadonlySet<FeedSubject>) => void>();

  constructor(db: Database, file: string, options: StoreOptions) {
    this.#db = db;
    this.#file = file;
    this.#sql = new Statements(db);
    this.#reads = readsOf(this.#sql);
    this.#options = options;
    this.#history = options.history ?? feedHistory;
    this.#epoch = this.#sql.get(`SELECT value FROM meta WHERE key = 'epoch'`).pluck().get() as string;
    this.#commits = new Commits(db, this.#sql, this.#reads, {
      keptTombstones: options.keptTombstones ?? 10_000,
      onCommit: (changes) => {
        this.#notify(this.#listeners, changes);
        this.#index.limit();
      },
      onHint: (changed) => this.#notify(this.#hintListeners, changed),
      onStorageError: (error) => this.#remember(error),
      beforeEnd: (tx) => this.#beforeEnd(tx),
    });
    this.#index = new SearchIndex(db, this.#sql, (error) => {
      this.#remember(error);
      options.onProblem?.(error, 'indexing jobs for searches');
    });
  }

  /**
   * Runs `closure` in the next commit and resolves with its result once that is durable. If the closure throws, only
   * its writes are undone. STORAGE_FULL or STORAGE_FAILED if the disk refuses it: the store stays usable.
   */
  write<T>(closure: (tx: Tx) => T): Promise<T> {
    return this.#commits.write(closure);
  }

  /**
   * Runs closures as a commit would, undoes everything, and returns their outcomes. Until the next call, jobs are shown
   * as the closures have changed them. For changes that a full disk keeps from being saved; no closures for none.
   */
  showUnsaved(closures: readonly ((tx: Tx) => unknown)[]): Outcome[] {
    const before = this.#unsaved;
    let outcomes: Outcome[] = [];
    this.#unsaved = noUnsaved;
    if (closures.length > 0) {
      this.#unsaved = this.#commits.rehearse(closures, ({ changed, removed }, found) => {
        outcomes = found;
        const details = changed.flatMap((id) => this.detail(id) ?? []);
        return {
          epoch: `${this.#epoch}.${before.number + 1}`,
          number: before.number + 1,
          jobs: new Map(details.map(({ id }) => [id, this.job(id)])),
          details: new Map(details.map((detail) => [detail.id, detail])),
          removed: new Set(removed),
        };
      });
    } else if (before !== noUnsaved) this.#unsaved = { ...noUnsaved, number: before.number };
    const changed = new Set([before, this.#unsaved].flatMap(({ details, removed }) => [...details.keys(), ...removed]));
    if (changed.size > 0) {
      const changes = { rev: this.rev(), changed: [...changed], removed: [], onlyActivity: true, isSaved: false };
      this.#notify(this.#listeners, changes);
    }
    return outcomes;
  }

  /** Identifies the database. */
  get savedEpoch(): string {
    return this.#epoch;
  }

  get epoch(): string {
    return this.#unsaved.epoch ?? this.#epoch;
  }

  /** The secret for the tokens of jobs. */
  jobTokenSecret(): string {
    return this.#sql.get(`SELECT value FROM meta WHERE key = 'job_token_secret'`).pluck().get() as string;
  }

  /**
   * Sets the function that runs at the end of every write, as a part of it, for changes that follow from the changed
   * jobs.
   */
  beforeEnd(derive: (tx: Tx) => void): void {
    this.#beforeEnd = derive;
  }

  rev(): number {
    return this.#commits.rev;
  }

  job(id: string): Job | null {
    const { jobs, removed } = this.#unsaved;
    if (jobs.has(id) || removed.has(id)) return jobs.get(id) ?? null;
    return this.read((rows) => {
      const row = rows.jobs.find(id);
      return row && toJob(row, this.#options.rules);
    });
  }

  detail(id: string): JobDetail | null {
    const { details, removed } = this.#unsaved;
    if (details.has(id) || removed.has(id)) return details.get(id) ?? null;
    return this.read((rows) => {
      const row = rows.jobs.find(id);
      const data = row && rows.jobs.data(id);
      if (!row || !data) return null;
      const { logSize, rules } = this.#options;
      const attempts = rows.attempts.of(id).map((attempt) => toAttempt(attempt, logSize(id, attempt.number)));
      const events = rows.events.latest(id, shownEvents);
      return toDetail(row, { data, attempts, events, dependencies: rows.dependencies.of(id) }, rules);
    });
  }

  list(query: ListQuery): JobList {
    return this.read(() => {
      const { rules, listLimits } = this.#options;
      const options = { now: this.#options.now(), rules, limits: listLimits };
      const list = this.#index.search(() => listJobs(this.#sql, this.#withParent(query), options));
      return { ...list, jobs: this.#withUnsaved(list.jobs) };
    });
  }

  /** The next jobs of a filter, without groups. INVALID_REQUEST as for a list. */
  matching(filter: JobFilter, page: Omit<MatchingPage, 'now'>): MatchingJob[] {
    const withTime = { ...page, now: this.#options.now() };
    return this.read(() => this.#index.search(() => matchingJobs(this.#sql, this.#withParent(filter), withTime)));
  }

  resolve(refs: readonly string[]): string[] {
    return this.read(() => refs.map((ref) => resolveReference(this.#sql, ref)));
  }

  facets(): Facets {
    return this.read(() => readFacets(this.#sql));
  }

  stats(query: StatsQuery): Stats {
    return this.read(() => readStats(this.#sql, query, this.#options.now()));
  }

  snapshot(): FeedSnapshot {
    return this.read(() => ({
      type: 'snapshot',
      epoch: this.epoch,
      rev: this.rev(),
      jobs: this.#withUnsaved(snapshotJobs(this.#sql, this.#history).map((row) => toJob(row, this.#options.rules))),
    }));
  }

  changesSince(epoch: string | null, rev: number | null): { rev: number; jobs: Job[]; removed: string[] } | null {
    if (epoch !== this.#epoch || this.#unsaved.epoch !== null || rev === null || rev > this.rev()) return null;
    return this.read(() => {
      const changes = changesAfter(this.#sql, rev, this.#history);
      if (changes === null) return null;
      const jobs = changes.jobs.map((row) => toJob(row, this.#options.rules));
      return { rev: this.rev(), jobs, removed: changes.removed };
    });
  }

  counts(): Record<JobStatus, number> {
    return this.read((rows) => {
      const values = this.#sql.get(`SELECT value AS status, jobs FROM facets WHERE name = 'status'`).all();
      const found = new Map((values as { status: string; jobs: number }[]).map((row) => [row.status, row.jobs]));
      const groups = rows.groups.counts();
      const counts = jobStatuses.map((status) => [status, (found.get(status) ?? 0) - (groups.get(status) ?? 0)]);
      return Object.fromEntries(counts) as Record<JobStatus, number>;
    });
  }

  silent(before: number): SilentJob[] {
    return this.read((rows) => rows.jobs.silent(before));
  }

  runningByEngine(): Map<string, number> {
    return this.read((rows) => rows.attempts.countByEngine());
  }

  enabledSchedules(): Health['schedules'] {
    const { enabled, nextRunAt } = this.read((rows) => rows.schedules.enabled());
    return { enabled, nextRunAt: nextRunAt === null ? null : new Date(nextRunAt).toISOString() };
  }

  metrics(): MetricReads {
    return this.read(() => readMetrics(this.#sql));
  }

  oldestWaiting(): Health['oldestWaiting'] {
    const found = this.read((rows) => rows.jobs.oldestWaiting());
    return found && { ...found, queuedAt: new Date(found.queuedAt).toISOString() };
  }

  lastCleanUp(): Health['lastCleanUp'] {
    const found = this.read((rows) => rows.retention.lastCleanUp());
    return found && { ...found, at: new Date(found.at).toISOString() };
  }

  bytes(): number {
    return ['', '-wal'].reduce(
      (sum, end) => sum + (statSync(this.#file + end, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  onCommit(listener: (changes: ChangeSet) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onHint(listener: (changed: ReadonlySet<FeedSubject>) => void): () => void {
    this.#hintListeners.add(listener);
    return () => this.#hintListeners.delete(listener);
  }

  /** Commits queued writes and closes the file. Safe to call twice. */
  close(): void {
    if (!this.#db.open) return;
    this.#commits.close();
    this.#index.close();
    this.#db.close();
  }

  /** Runs a query on committed data. STORAGE_FAILED if the file can't be read. */
  read<T>(query: (rows: Reads) => T): T {
    try {
      return query(this.#reads);
    } catch (error) {
      this.#remember(error);
      throw storageError(error);
    }
  }

  /** The query with the ID of the group it names. A group that was removed is known only by its ID, and has no jobs. */
  #withParent({ parent, ...query }: JobFilter & ListQuery): JobFilter & ListQuery {
    if (parent === undefined) return query;
    try {
      return { ...query, parent: resolveReference(this.#sql, parent) };
    } catch (error) {
      if (error instanceof JobdeckError && error.code === 'JOB_NOT_FOUND') return { ...query, parent };
      throw error;
    }
  }

  #withUnsaved(list: Job[]): Job[] {
    const { jobs, removed } = this.#unsaved;
    if (jobs.size + removed.size === 0) return list;
    return list.filter(({ id }) => !removed.has(id)).map((job) => jobs.get(job.id) ?? job);
  }

  /** A listener that throws must not stop the writer or other listeners. */
  #notify<T>(listeners: ReadonlySet<(event: T) => void>, event: T): void {
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#options.onProblem?.(error, 'a listener of the change feed');
      }
    }
  }

  /** Requests a check of the whole file at the next start if SQLite found a damaged page. */
  #remember(error: unknown): void {
    if (!isCorrupt(error)) return;
    try {
      suspect(this.#file);
    } catch (failure) {
      this.#options.onProblem?.(failure, 'marking the damaged database');
    }
  }
}
