/** Migration: jobs are found by their title, among a million. */

export const referencesStep = 'CREATE INDEX jobs_by_title ON jobs (title, seq);';
