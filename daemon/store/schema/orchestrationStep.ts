/** Migration: groups, schedules, definitions, and reported jobs with their reports. */
import { originalFacets, renewSearch } from './searchStep.ts';

/**
 * The share of a job in the progress of its group, in millionths of its weight: all of it once the job has finished.
 */
const done = `CAST(round(weight * 1000000 * CASE
  WHEN ended_at IS NOT NULL THEN 1.0
  WHEN coalesce(progress ->> '$.total', 0) > 0
    THEN min(1.0, max(0.0, CAST(progress ->> '$.current' AS REAL) / (progress ->> '$.total')))
  ELSE 0.0 END) AS INTEGER)`;

const counted = (row: 'old' | 'new', sign: 1 | -1) => `
    INSERT INTO group_counts (parent_id, status, jobs, weight, done)
      SELECT ${row}.parent_id, ${row}.status, ${sign}, ${sign} * ${row}.whole, ${sign} * ${row}.done
        WHERE ${row}.parent_id IS NOT NULL
      ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs, weight = weight + excluded.weight,
        done = done + excluded.done;`;

const groups = `
  -- For groups: the jobs by status (JSON), the name, and the maximum number of queued and running jobs.
  ALTER TABLE jobs ADD COLUMN children TEXT;
  ALTER TABLE jobs ADD COLUMN group_name TEXT;
  ALTER TABLE jobs ADD COLUMN group_concurrency INTEGER;
  CREATE UNIQUE INDEX jobs_by_group_name ON jobs (group_name) WHERE group_name IS NOT NULL;
  -- For jobs in a group.
  ALTER TABLE jobs ADD COLUMN weight REAL NOT NULL DEFAULT 1;
  ALTER TABLE jobs ADD COLUMN whole INTEGER AS (CAST(round(weight * 1000000) AS INTEGER)) VIRTUAL;
  ALTER TABLE jobs ADD COLUMN done INTEGER AS (${done}) VIRTUAL;
  CREATE INDEX jobs_by_parent ON jobs (parent_id, queue_order) WHERE parent_id IS NOT NULL;
  -- Jobs that occupy a slot of their group, and jobs that wait for one.
  CREATE INDEX jobs_in_group ON jobs (parent_id) WHERE parent_id IS NOT NULL
    AND (status IN ('pending', 'running') OR wait_reason IN ('queueFull', 'rateLimit', 'queuePaused'));
  CREATE INDEX jobs_group_full ON jobs (parent_id, queue_order) WHERE wait_reason = 'groupFull';
  CREATE INDEX jobs_of_parent_by_status ON jobs (parent_id, status, ended_at) WHERE parent_id IS NOT NULL;
  CREATE INDEX jobs_of_parent_by_start ON jobs (parent_id, started_at) WHERE parent_id IS NOT NULL AND started_at IS NOT NULL;
  CREATE INDEX jobs_groups ON jobs (status) WHERE engine = 'group';

  -- Maintained by triggers; weight and done in millionths.
  CREATE TABLE group_counts (
    parent_id TEXT NOT NULL,
    status TEXT NOT NULL,
    jobs INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (parent_id, status)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER group_job_inserted AFTER INSERT ON jobs WHEN new.parent_id IS NOT NULL BEGIN ${counted('new', 1)} END;
  CREATE TRIGGER group_job_updated AFTER UPDATE OF status, progress, ended_at, weight, parent_id ON jobs
    WHEN old.parent_id IS NOT NULL OR new.parent_id IS NOT NULL
    BEGIN ${counted('old', -1)} ${counted('new', 1)} END;
  CREATE TRIGGER group_job_deleted AFTER DELETE ON jobs WHEN old.parent_id IS NOT NULL BEGIN ${counted('old', -1)} END;
  CREATE TRIGGER group_deleted AFTER DELETE ON jobs WHEN old.children IS NOT NULL
    BEGIN DELETE FROM group_counts WHERE parent_id = old.id; END;
`;

const schedules = `
  -- job is a JobTemplate as JSON, with its environment. source: the file that defines it.
  CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    cron TEXT NOT NULL,
    timezone TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    catch_up TEXT NOT NULL,
    overlap TEXT NOT NULL,
    source TEXT,
    job TEXT NOT NULL,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    next_run_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX schedules_due ON schedules (next_run_at) WHERE paused = 0;
  CREATE TABLE schedule_runs (
    id INTEGER PRIMARY KEY,
    schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
    scheduled_for INTEGER,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    job_id TEXT,
    detail TEXT
  ) STRICT;
  CREATE INDEX schedule_runs_by_schedule ON schedule_runs (schedule_id, id);
  CREATE INDEX jobs_active_of_schedule ON jobs (schedule_id) WHERE schedule_id IS NOT NULL AND ended_at IS NULL;
`;

const definitions = `
  -- Active definition files: text is the last valid version.
  CREATE TABLE definition_files (
    path TEXT PRIMARY KEY,
    workspace TEXT,
    text TEXT,
    added_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE job_data ADD COLUMN output_progress TEXT;
  -- The submitted steps that each attempt begins with.
  ALTER TABLE job_data ADD COLUMN declared_steps TEXT;
  ALTER TABLE queues ADD COLUMN cancel_allowed INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE queues ADD COLUMN retry_allowed INTEGER NOT NULL DEFAULT 1;
`;

const reporting = `
  -- 0 or 1: it can be sent input.
  ALTER TABLE jobs ADD COLUMN stdin INTEGER NOT NULL DEFAULT 0;
  -- 0 or 1: its progress was read from its output.
  ALTER TABLE jobs ADD COLUMN progress_from_output INTEGER NOT NULL DEFAULT 0;
  -- The usual run time of jobs like it when it started.
  ALTER TABLE jobs ADD COLUMN usual_ms INTEGER;
  CREATE INDEX jobs_done_by_type ON jobs (type, ended_at) WHERE status = 'completed';
  -- For reported jobs: the heartbeat timeout.
  ALTER TABLE jobs ADD COLUMN heartbeat_ms INTEGER;
  ALTER TABLE jobs ADD COLUMN silent_at INTEGER AS (last_activity_at + heartbeat_ms) VIRTUAL;
  CREATE INDEX jobs_silent ON jobs (silent_at) WHERE status = 'running' AND heartbeat_ms IS NOT NULL;
  CREATE INDEX jobs_running_by_activity ON jobs (last_activity_at) WHERE status = 'running';
  -- The accepted reports of each client: all up to low, and beyond it the ones in seen (JSON).
  CREATE TABLE report_clients (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    client TEXT NOT NULL,
    low INTEGER NOT NULL,
    seen TEXT,
    progress_seq INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, client)
  ) STRICT, WITHOUT ROWID;
  -- The secret for the tokens of jobs, which stay valid after a restart.
  INSERT INTO meta VALUES ('job_token_secret', lower(hex(randomblob(32))));
`;

export const orchestrationStep = `
  ${groups} ${schedules} ${definitions} ${reporting}
  -- Lists by schedule, statistics without groups, and progress that is indexed only when its message changes.
  ${renewSearch(originalFacets)}
`;
