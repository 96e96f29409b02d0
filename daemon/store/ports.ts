/** What the store offers: group-committed writes, and reads by SQL. Only `jobs` writes. */

import type { FeedSnapshot, FeedSubject } from '../../shared/feedMessages.ts';
import type { Job, JobDetail, JobStatus } from '../../shared/job.ts';
import type { Facets, Health, JobList, ListQuery, Stats, StatsQuery } from '../../shared/protocol.ts';
import type { MetricReads } from './metricReads.ts';
import type { SilentJob } from './reads.ts';

/** What one commit changed; `rev` is stamped on every changed job. */
export interface ChangeSet {
  rev: number;
  changed: string[];
  removed: string[];
  /** Running jobs were heard of and maybe got on; nothing else. */
  onlyHeard: boolean;
}

/** What the api and the feed read. */
export interface StoreReads {
  readonly epoch: string;
  /** Revision of the latest commit. */
  rev(): number;
  job(id: string): Job | null;
  detail(id: string): JobDetail | null;
  /** INVALID_REQUEST for a cursor, status, time or the like that is none. */
  list(query: ListQuery): JobList;
  /** The values jobs have of what they can be filtered by. */
  facets(): Facets;
  /** INVALID_REQUEST for times that are none. */
  stats(query: StatsQuery): Stats;
  snapshot(): FeedSnapshot;
  /** Everything newer than `rev`, or null when only a snapshot is right (unknown epoch, too much, or too old). */
  changesSince(epoch: string | null, rev: number | null): { rev: number; jobs: Job[]; removed: string[] } | null;
  /** Jobs by status, without groups. */
  counts(): Record<JobStatus, number>;
  bytes(): number;
  /** The job that waits for its start the longest. */
  oldestWaiting(): Health['oldestWaiting'];
  /** When jobs that are no longer kept were last removed, and how many. */
  lastCleanUp(): Health['lastCleanUp'];
  /** Running jobs of which nothing was written since `before`, in milliseconds. */
  silent(before: number): SilentJob[];
  /** Attempts on their way, by engine. */
  runningByEngine(): Map<string, number>;
  enabledSchedules(): Health['schedules'];
  metrics(): MetricReads;
  /** Calls back after each commit; returns what unsubscribes. */
  onCommit(listener: (changes: ChangeSet) => void): () => void;
  /** Calls back after each commit that changed queues or schedules; returns what unsubscribes. */
  onHint(listener: (changed: ReadonlySet<FeedSubject>) => void): () => void;
}
