/** Changes of jobs that a full disk keeps from being saved, as clients see them. */
import type { Job, JobDetail } from '../../shared/job.ts';

export interface Unsaved {
  /** A client that knows this state gets a snapshot when it is saved, or lost. Null if nothing is unsaved. */
  epoch: string | null;
  /** Counts the states. */
  number: number;
  /** The changed jobs by ID. */
  jobs: ReadonlyMap<string, Job | null>;
  details: ReadonlyMap<string, JobDetail>;
  removed: ReadonlySet<string>;
}

export const noUnsaved: Unsaved = {
  epoch: null,
  number: 0,
  jobs: new Map(),
  details: new Map(),
  removed: new Set(),
};
