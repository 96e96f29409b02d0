/** Sections of the history that are loaded on demand, and the rows of the tree that load them. */
import type { JobStatus } from '../../../shared/job.ts';
import type { GroupKey } from '../arrangement.ts';

/** Grouped by status, failed and other jobs are separate sections. Otherwise all finished jobs are one section. */
export type Section = 'failed' | 'recent' | 'finished';

export const sectionStatuses: Readonly<Record<Section, readonly JobStatus[]>> = {
  failed: ['failed', 'lost'],
  recent: ['completed', 'cancelled'],
  finished: ['completed', 'failed', 'cancelled', 'lost'],
};

/** The sections of a tree with this grouping. */
export function sectionsOf(group: GroupKey): readonly Section[] {
  return group === 'status' ? ['failed', 'recent'] : ['finished'];
}

const prefix = 'more:';

/** The ID of the row that loads more of a section. Job IDs never look like it. */
export function moreRow(section: Section): string {
  return `${prefix}${section}`;
}

/** Whether a row loads more. */
export function isMore(row: string): boolean {
  return row.startsWith(prefix);
}

/** The section of such a row. */
export function sectionOfRow(row: string): Section {
  const section = row.slice(prefix.length);
  return section === 'failed' || section === 'recent' ? section : 'finished';
}
