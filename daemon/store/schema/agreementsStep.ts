/**
 * Migration: the contents of definition files that the user agreed to, which file owns a queue, and which schedules were
 * paused when their file stopped defining them.
 */

export const agreementsStep = `
  -- A digest of what the file defines. The active text of a file is always agreed to.
  CREATE TABLE agreed_definitions (
    path TEXT NOT NULL,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (path, digest)
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE queues ADD COLUMN source TEXT;
  CREATE TABLE paused_definitions (source TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (source, name))
    STRICT, WITHOUT ROWID;
`;
