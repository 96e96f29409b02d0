/** Migration: the contents of definition files that the user agreed to, and which file owns a queue. */

export const agreementsStep = `
  -- A digest of what the file defines. The active text of a file is always agreed to.
  CREATE TABLE agreed_definitions (
    path TEXT NOT NULL,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (path, digest)
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE queues ADD COLUMN source TEXT;
`;
