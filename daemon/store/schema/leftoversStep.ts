/** Migration: processes that run although their attempt has ended, and attempts that had to be killed. */

export const leftoversStep = `
  ALTER TABLE jobs ADD COLUMN leftover_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE attempts ADD COLUMN leftovers TEXT;
  ALTER TABLE attempts ADD COLUMN killed_after_ms INTEGER;
  CREATE INDEX attempts_with_leftovers ON attempts (job_id) WHERE leftovers IS NOT NULL;
`;
