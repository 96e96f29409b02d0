/** The interface of the store: group-committed writes, and reads by SQL. Only `jobs` writes. */

import type { Health } from '../../shared/daemon.ts';
import type { FeedSnapshot, FeedSubject } from '../../shared/feedMessages.ts';
import type { Job, JobDetail, JobStatus } from '../../shared/job.ts';
import type { Facets, JobList, ListQuery } from '../../shared/protocol.ts';
import type { Stats, StatsQuery } from '../../shared/stats.ts';
import type { MetricReads } from './queries/metrics.ts';
import type { SilentJob } from './tables/jobs.ts';

/** The changes of one commit. Every changed job gets its `rev`. */
export interface ChangeSet {
  rev: number;
  changed: string[];
  removed: string[];
  /** Only activity and progress of running jobs have changed. */
  onlyActivity: boolean;
  /** Whether the changes were committed. Others are shown while a full disk keeps them from being saved. */
  isSaved: boolean;
}

/** Reads for the API and the feed. */
export interface StoreReads {
  /** Identifies the database, or its state with changes that can't be saved yet. */
  readonly epoch: string;
  /** Revision of the latest commit. */
  rev(): number;
  job(id: string): Job | null;
  detail(id: string): JobDetail | null;
  /** The IDs of the jobs that these references mean, in their order. JOB_NOT_FOUND, AMBIGUOUS_JOB. */
  resolve(refs: readonly string[]): string[];
  /** INVALID_REQUEST for an invalid cursor, status, time or other value. */
  list(query: ListQuery): JobList;
  /** The values that jobs can be filtered by. */
  facets(): Facets;
  /** INVALID_REQUEST for invalid times. */
  stats(query: StatsQuery): Stats;
  snapshot(): FeedSnapshot;
  /** All changes after `rev`; null if a snapshot is needed (unknown epoch, too many changes, or too old). */
  changesSince(epoch: string | null, rev: number | null): { rev: number; jobs: Job[]; removed: string[] } | null;
  /** Jobs by status, without groups. */
  counts(): Record<JobStatus, number>;
  bytes(): number;
  /** The job that has been waiting to start the longest. */
  oldestWaiting(): Health['oldestWaiting'];
  /** When outdated jobs were last removed, and how many. */
  lastCleanUp(): Health['lastCleanUp'];
  /** Running jobs without any activity since `before`, in milliseconds. */
  silent(before: number): SilentJob[];
  /** Unfinished attempts by engine. */
  runningByEngine(): Map<string, number>;
  enabledSchedules(): Health['schedules'];
  metrics(): MetricReads;
  /** Calls back after each commit, and when the changes that can't be saved yet change; returns the function to unsubscribe. */
  onCommit(listener: (changes: ChangeSet) => void): () => void;
  /** Calls back after each commit that changed queues or schedules; returns the function to unsubscribe. */
  onHint(listener: (changed: ReadonlySet<FeedSubject>) => void): () => void;
}
