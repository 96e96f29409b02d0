/** Migration: jobs of remote engines, and their IDs there. */
import { remoteFacets, renewSearch } from './searchStep.ts';

export const remoteStep = `
  -- For remote jobs: the connection, the ID at the engine, the worker, and actions that don't apply (Limits as JSON).
  ALTER TABLE jobs ADD COLUMN connection TEXT;
  ALTER TABLE jobs ADD COLUMN external_id TEXT;
  ALTER TABLE jobs ADD COLUMN worker TEXT;
  ALTER TABLE jobs ADD COLUMN remote_limits TEXT;
  CREATE INDEX jobs_open_remote ON jobs (connection, seq)
    WHERE connection IS NOT NULL AND status IN ('pending', 'waiting', 'running', 'lost');

  -- Every ID of a job at its engine. The first attempt of an ID is number base + 1 of the job. The ID of a removed job is
  -- kept for a while without the job, so that the engine does not bring it back.
  CREATE TABLE remote_ids (
    connection TEXT NOT NULL,
    external_id TEXT NOT NULL,
    job_id TEXT,
    base INTEGER NOT NULL,
    forgotten_at INTEGER,
    PRIMARY KEY (connection, external_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX remote_ids_by_job ON remote_ids (job_id) WHERE job_id IS NOT NULL;
  CREATE INDEX remote_ids_forgotten ON remote_ids (forgotten_at) WHERE forgotten_at IS NOT NULL;
  CREATE TRIGGER remote_job_deleted AFTER DELETE ON jobs WHEN old.connection IS NOT NULL BEGIN
    UPDATE remote_ids SET job_id = NULL, forgotten_at = CAST(unixepoch('subsec') * 1000 AS INTEGER)
      WHERE job_id = old.id;
  END;

  -- Lists by connection.
  ${renewSearch(remoteFacets)}
`;
