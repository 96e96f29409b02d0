/** Migration: tags of jobs, and filters by the states that are parts of a status. */
import { currentFacets, renewSearch } from './searchStep.ts';

export const tagsStep = `
  -- A JSON array, or null for none. It never changes.
  ALTER TABLE jobs ADD COLUMN tags TEXT;
  -- What a running or waiting job is called instead of its status.
  ALTER TABLE jobs ADD COLUMN state TEXT AS (CASE
    WHEN status = 'running' AND paused_at IS NOT NULL THEN 'paused'
    WHEN status = 'waiting' AND wait_reason = 'hold' THEN 'held' END) VIRTUAL;

  INSERT INTO facets (name, value, jobs)
    SELECT 'state', state, count(*) FROM jobs WHERE status IN ('running', 'waiting') AND state IS NOT NULL GROUP BY state;
  ${renewSearch(currentFacets)}
  CREATE TEMP TABLE with_state AS SELECT seq FROM jobs WHERE status IN ('running', 'waiting') AND state IS NOT NULL;
  DELETE FROM search WHERE rowid IN (SELECT seq FROM with_state);
  INSERT INTO search (rowid, title, command, message, error, facets)
    SELECT seq, title, command, message, error, facets FROM search_docs WHERE seq IN (SELECT seq FROM with_state);
  DROP TABLE temp.with_state;
`;
