/** Migration: the process settings of a job, and the signals that stop it. */

export const processStep = `
  -- umask, nice value and resource limits; null for those of the daemon.
  ALTER TABLE job_data ADD COLUMN process TEXT;
  -- The signal that asks the job to stop; null for SIGTERM.
  ALTER TABLE job_data ADD COLUMN stop_signal TEXT;
  -- With cancel_requested_at: this cancel begins with this signal instead.
  ALTER TABLE jobs ADD COLUMN cancel_first TEXT;
`;
