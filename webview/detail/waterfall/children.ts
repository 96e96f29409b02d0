/** The jobs of a group as rows of the waterfall. */
import type { ChildRow, ChildRows } from '../../../shared/childRow.ts';
import { countChildren, formatProgress } from '../../../shared/format.ts';
import type { Children, Job } from '../../../shared/job.ts';
import { messageText } from '../../../shared/messages/render.ts';
import { progressShare, shownStatus } from '../../../shared/status.ts';
import { shownWord, statusLooks } from '../../../shared/statusLooks.ts';
import { t } from '../../texts.ts';
import type { WaterfallItem } from './item.ts';
import { shortNames } from './shortNames.ts';

/** The jobs of a group. */
export interface ChildrenView {
  readonly items: readonly WaterfallItem[];
  /** Numbers of all its jobs by status, also of those not loaded yet. */
  readonly counts: Children;
  readonly total: number;
}

/** The known jobs of a group as of `now` (ms); null for any other job. */
export function childrenView(
  { children }: Pick<Job, 'children'>,
  known: Pick<ChildRows, 'rows'>,
  now: number,
): ChildrenView | null {
  if (children === null) return null;
  const { rows } = known;
  const names = shortNames(rows.map(({ title }) => title));
  const items = rows.map((row, index) => childItem(row, names[index] ?? row.title, now));
  return { items, counts: children, total: countChildren(children).all };
}

function childItem(row: ChildRow, shortName: string, now: number): WaterfallItem {
  const { id, title, attempt, createdAt, queuedAt, startedAt, endedAt, error } = row;
  const status = shownStatus(row);
  return {
    id,
    name: title,
    shortName,
    depth: 0,
    kind: null,
    status,
    look: statusLooks[status],
    word: shownWord(status, t),
    share: progressShare(row),
    // The word already says that a job has completed.
    progress: status === 'completed' && row.children === null ? null : formatProgress(row, t),
    attempts: attempt,
    createdAt: Date.parse(createdAt),
    queuedAt: Date.parse(queuedAt),
    startedAt: timeOf(startedAt),
    endedAt: timeOf(endedAt),
    asOf: now,
    error: error === null ? null : (error.headline?.text ?? messageText(error, t)),
  };
}

export function timeOf(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}
