/** The filters above the rows: how many there are by status. Pure. */
import { shownWord, statusLooks } from '../../../shared/statusLooks.ts';
import { stepWord } from '../../../shared/steps.ts';
import { type Look, stepLooks } from '../../looks.ts';
import { t } from '../../texts.ts';
import type { RowStatus, WaterfallItem } from './item.ts';

/** Statuses that people look for together. A job that is being cancelled or is paused is running. */
export type ChipStatus = Exclude<RowStatus, 'cancelling' | 'paused'>;

export interface Chip {
  readonly status: ChipStatus;
  readonly look: Look;
  readonly word: string;
  readonly count: number;
}

const order: readonly ChipStatus[] = [
  'failed',
  'lost',
  'running',
  'waiting',
  'pending',
  'cancelled',
  'completed',
  'skipped',
];

/** The status by which a row is filtered. */
export function chipStatus({ status }: Pick<WaterfallItem, 'status'>): ChipStatus {
  return status === 'cancelling' || status === 'paused' ? 'running' : status;
}

/** The statuses that occur, those that need attention first. */
export function chipsOf(counts: Readonly<Partial<Record<ChipStatus, number>>>): Chip[] {
  return order.flatMap((status) => {
    const count = counts[status] ?? 0;
    if (count === 0) return [];
    const [look, word] =
      status === 'skipped' ? [stepLooks.skipped, stepWord('skipped', t)] : [statusLooks[status], shownWord(status, t)];
    return [{ status, look, word, count }];
  });
}

/** Numbers of rows by status. */
export function countRows(items: readonly WaterfallItem[]): Partial<Record<ChipStatus, number>> {
  const counts: Partial<Record<ChipStatus, number>> = {};
  for (const item of items) {
    const status = chipStatus(item);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
