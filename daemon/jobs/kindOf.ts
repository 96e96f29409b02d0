/** The kinds of jobs. Differences between them depend on the kind, never on the name of an engine. */
import type { JobRow } from '../store/rows.ts';

/** Runs on this machine, was reported by its program, consists of other jobs, or runs at a remote engine. */
export type JobKind = 'local' | 'reported' | 'group' | 'remote';

/** The engine names that jobs of these kinds are stored with. */
export const localEngine = 'local';
export const reportedEngine = 'reported';
export const groupEngine = 'group';

export function kindOf({ engine, connection }: Pick<JobRow, 'engine' | 'connection'>): JobKind {
  if (connection !== null) return 'remote';
  if (engine === groupEngine) return 'group';
  return engine === reportedEngine ? 'reported' : 'local';
}
