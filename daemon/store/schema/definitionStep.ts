/** Migration: the definition that a job came from, as JSON with its file and name. Null for jobs without one. */
export const definitionStep = 'ALTER TABLE jobs ADD COLUMN definition TEXT;';
