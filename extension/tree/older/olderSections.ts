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
const foldPrefix = 'fold:';

/** The ID of the row that shows the rest of a group. */
export function foldRow(group: string): string {
  return `${foldPrefix}${group}`;
}

/** The group of such a row. Null for other rows. */
export function foldedGroup(row: string): string | null {
  return row.startsWith(foldPrefix) ? row.slice(foldPrefix.length) : null;
}

/** The ID of the row that loads more of a section. Job IDs never look like it. */
export function moreRow(section: Section): string {
  return `${prefix}${section}`;
}

/** Whether a row loads or shows more. */
export function isMore(row: string): boolean {
  return row.startsWith(prefix) || row.startsWith(foldPrefix);
}

/** The section of such a row. */
export function sectionOfRow(row: string): Section {
  const section = row.slice(prefix.length);
  return section === 'failed' || section === 'recent' ? section : 'finished';
}
