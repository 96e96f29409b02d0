/** The sentence above the tree: what keeps it from being live or complete. */
import type { ConnectionState } from '../daemon/access.ts';
import { oneLine, type Translate } from '../text.ts';
import { describeFilter, isFiltering, type JobFilter } from './filter.ts';

export interface MessageFacts {
  readonly state: ConnectionState;
  readonly filter: JobFilter;
  /** Jobs that pass the filter, and all. */
  readonly shown: number;
  readonly total: number;
}

/** What to say above the rows; undefined when all is well, or when a welcome text says it in place of rows. */
export function viewMessage({ state, filter, shown, total }: MessageFacts, t: Translate): string | undefined {
  const lines = [
    ...connection(state, total, t),
    ...state.warnings.map(({ message, hint }) => oneLine(hint === null ? message : `${message} ${hint}`, 400)),
    ...(isFiltering(filter) ? [t('Only {0}: {1} of {2} jobs.', oneLine(describeFilter(filter)), shown, total)] : []),
  ];
  return lines.length === 0 ? undefined : lines.join(' ');
}

function connection({ status, error }: ConnectionState, total: number, t: Translate): string[] {
  if (status === 'reconnecting') return [t('Reconnecting to the Jobdeck daemon… Running jobs go on without it.')];
  if (status !== 'polling' || total === 0) return [];
  const why = error === null ? '' : oneLine(error.message);
  return [t('Live updates don’t work ({0}); asking every 5 seconds.', why)];
}
