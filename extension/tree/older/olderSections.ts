/** The parts of the history that are loaded on demand, and the rows of the tree that load them. */
import type { JobStatus } from '../../../shared/job.ts';
import type { GroupKey } from '../arrangement.ts';

/** By status failed and other jobs are apart, otherwise all finished ones are together. */
export type Section = 'failed' | 'recent' | 'finished';

export const sectionStatuses: Readonly<Record<Section, readonly JobStatus[]>> = {
  failed: ['failed', 'lost'],
  recent: ['completed', 'cancelled'],
  finished: ['completed', 'failed', 'cancelled', 'lost'],
};

/** The sections of a tree that is grouped so. */
export function sectionsOf(group: GroupKey): readonly Section[] {
  return group === 'status' ? ['failed', 'recent'] : ['finished'];
}

const prefix = 'more:';

/** The id of the row that loads more of a section; no id of a job looks like it. */
export function moreRow(section: Section): string {
  return `${prefix}${section}`;
}

/** Whether the id of a row is that of one that loads more. */
export function isMore(row: string): boolean {
  return row.startsWith(prefix);
}

/** The section of such a row. */
export function sectionOfRow(row: string): Section {
  const section = row.slice(prefix.length);
  return section === 'failed' || section === 'recent' ? section : 'finished';
}
