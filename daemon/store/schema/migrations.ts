/**
 * The database schema as forward-only numbered steps: step n migrates version n-1 to n. Never edit one that shipped.
 */
import type { Database } from 'better-sqlite3';
import { storageProblem } from '../../../shared/messages/storage.ts';
import { agreementsStep } from './agreementsStep.ts';
import { cancelSignalStep } from './cancelSignalStep.ts';
import { definitionStep } from './definitionStep.ts';
import { finishedStep } from './finishedStep.ts';
import { leftoversStep } from './leftoversStep.ts';
import { messagesStep } from './messagesStep.ts';
import { orchestrationStep } from './orchestrationStep.ts';
import { processStep } from './processStep.ts';
import { referencesStep } from './referencesStep.ts';
import { remoteStep } from './remoteStep.ts';
import { searchDueStep, searchStep } from './searchStep.ts';
import { tagsStep } from './tagsStep.ts';

/**
 * Names are those of shared/job.ts in snake case. Times are integer milliseconds UTC; JSON is text.
 * Lists read only `jobs`; data that can be large is in `job_data`.
 */
const first = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    wait_reason TEXT,
    trigger TEXT NOT NULL,
    engine TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority TEXT NOT NULL,
    command_line TEXT,
    cwd TEXT,
    workspace TEXT,
    created_by TEXT,
    parent_id TEXT,
    schedule_id TEXT,
    progress TEXT,
    error TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    exit_code INTEGER,
    signal TEXT,
    range_start INTEGER,
    range_end INTEGER,
    cancel_requested_at INTEGER,
    created_at INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    started_at INTEGER,
    last_activity_at INTEGER NOT NULL,
    ended_at INTEGER,
    queue_order INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0,
    reopened_rev INTEGER NOT NULL DEFAULT 0,
    CHECK ((ended_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled', 'lost')))
  ) STRICT;
  CREATE INDEX jobs_by_status ON jobs (status, created_at, id);
  CREATE INDEX jobs_by_creation ON jobs (created_at, id);
  CREATE INDEX jobs_by_end ON jobs (ended_at, id) WHERE ended_at IS NOT NULL;
  CREATE INDEX jobs_by_rev ON jobs (rev);
  CREATE INDEX jobs_queued ON jobs (queue_order) WHERE status IN ('pending', 'waiting');

  CREATE TABLE job_data (
    job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    command TEXT,
    env TEXT,
    steps TEXT,
    input TEXT,
    result TEXT,
    metadata TEXT,
    scope TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE attempts (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    launch INTEGER NOT NULL,
    status TEXT NOT NULL,
    command_line TEXT,
    pid INTEGER,
    exit_code INTEGER,
    signal TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (job_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attempts_unfinished ON attempts (job_id) WHERE ended_at IS NULL;

  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    attempt INTEGER,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    context TEXT
  ) STRICT;
  CREATE INDEX events_by_job ON events (job_id, id);

  -- Tombstones for the change feed; leftover_logs names removed jobs whose log files are still to be deleted.
  CREATE TABLE deleted (id TEXT PRIMARY KEY, rev INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX deleted_by_rev ON deleted (rev);
  CREATE TABLE leftover_logs (job_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

  INSERT INTO meta VALUES ('epoch', lower(hex(randomblob(16)))), ('rev', 0), ('resumable_from', 0);
`;

/** Removing a job frees its key. */
const keys = `
  ALTER TABLE jobs ADD COLUMN idempotency_key TEXT;
  CREATE UNIQUE INDEX jobs_by_key ON jobs (idempotency_key) WHERE idempotency_key IS NOT NULL;
`;

/** The peak memory of an attempt. */
const peakMemory = 'ALTER TABLE attempts ADD COLUMN peak_memory_bytes INTEGER;';

/** When a running job was paused. */
const paused = 'ALTER TABLE jobs ADD COLUMN paused_at INTEGER;';

/**
 * Queues and wait reasons. A job is queued (`in_line`) if only its queue can keep it from starting. Earlier versions
 * accepted any name for a queue, so the names in use become queues.
 */
const scheduling = `
  CREATE TABLE queues (
    name TEXT PRIMARY KEY,
    concurrency INTEGER,
    rate_count INTEGER,
    rate_period_ms INTEGER,
    paused INTEGER NOT NULL DEFAULT 0,
    time_limit_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  INSERT INTO queues (name) SELECT 'default' UNION SELECT queue FROM jobs;

  -- Starts of queues with a rate limit, as far back as its period reaches.
  CREATE TABLE queue_starts (queue TEXT NOT NULL REFERENCES queues (name) ON DELETE CASCADE, at INTEGER NOT NULL) STRICT;
  CREATE INDEX queue_starts_by_queue ON queue_starts (queue, at);

  ALTER TABLE jobs ADD COLUMN wait_until INTEGER;
  ALTER TABLE jobs ADD COLUMN wait_detail TEXT;
  ALTER TABLE jobs ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN not_before INTEGER;
  ALTER TABLE jobs ADD COLUMN retries_used INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN time_limit_ms INTEGER;
  ALTER TABLE job_data ADD COLUMN retry TEXT;
  ALTER TABLE attempts ADD COLUMN deadline INTEGER;
  ALTER TABLE attempts ADD COLUMN timed_out_at INTEGER;
  ALTER TABLE jobs ADD COLUMN priority_rank INTEGER
    AS (CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END) VIRTUAL;
  ALTER TABLE jobs ADD COLUMN in_line INTEGER
    AS (status = 'pending' OR (status = 'waiting' AND wait_reason IN ('queueFull', 'rateLimit', 'queuePaused'))) VIRTUAL;
  -- on_id is not a foreign key: a finished job may be removed without an effect on the jobs that depend on it.
  CREATE TABLE dependencies (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    on_id TEXT NOT NULL,
    always INTEGER NOT NULL,
    met INTEGER NOT NULL,
    PRIMARY KEY (job_id, on_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX dependencies_unmet ON dependencies (on_id) WHERE met = 0;

  CREATE INDEX jobs_due ON jobs (wait_until) WHERE wait_reason IN ('delay', 'retryBackoff');
  CREATE INDEX jobs_in_line ON jobs (queue, priority_rank, queue_order) WHERE in_line;
`;

const steps: readonly string[] = [
  first,
  searchStep,
  keys,
  peakMemory,
  paused,
  scheduling,
  orchestrationStep,
  remoteStep,
  messagesStep,
  referencesStep,
  tagsStep,
  cancelSignalStep,
  processStep,
  agreementsStep,
  leftoversStep,
  definitionStep,
  finishedStep,
  searchDueStep,
];

/** The database version that this build reads and writes. */
export const databaseVersion = steps.length;

/**
 * Refuses a database that was written by a later Jobdeck.
 * @throws JobdeckError DATABASE_NEWER
 */
export function refuseNewer(db: Database, file: string): void {
  const version = versionOf(db);
  if (version > databaseVersion) {
    throw storageProblem('DATABASE_NEWER', { file, version, supported: databaseVersion });
  }
}

/** Migrates the database to `databaseVersion` or an earlier version, with one transaction per step. */
export function migrate(db: Database, to = databaseVersion): void {
  for (let version = versionOf(db); version < to; version += 1) {
    db.transaction(() => {
      db.exec(steps[version] ?? '');
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
}

function versionOf(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}
