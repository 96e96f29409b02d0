/** Migration: a cancel can be a single signal. */

export const cancelSignalStep = `
  -- With cancel_requested_at: only this signal was sent. Null: the job is stopped, and killed if it doesn't.
  ALTER TABLE jobs ADD COLUMN cancel_signal TEXT;
`;
