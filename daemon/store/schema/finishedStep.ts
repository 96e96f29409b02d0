/** An index of finished jobs with what statistics count. */
export const finishedStep = `
  CREATE INDEX jobs_finished ON jobs (ended_at, type, status, duration, duration_step)
    WHERE ended_at IS NOT NULL AND engine <> 'group';
`;
