/** The kinds of jobs. Whatever differs between them is decided by the kind, never by the name of an engine. */
import type { JobRow } from '../store/rows.ts';

/** Runs on this machine, was reported by its program, consists of other jobs, or runs at a remote engine. */
export type JobKind = 'local' | 'reported' | 'group' | 'remote';

/** The engines that jobs of these kinds are stored with. */
export const localEngine = 'local';
export const reportedEngine = 'reported';
export const groupEngine = 'group';

export function kindOf({ engine, connection }: Pick<JobRow, 'engine' | 'connection'>): JobKind {
  if (connection !== null) return 'remote';
  if (engine === groupEngine) return 'group';
  return engine === reportedEngine ? 'reported' : 'local';
}
