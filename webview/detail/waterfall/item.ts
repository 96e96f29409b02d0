/** A row of the waterfall: a job of a group, or a step of a job. */
import type { ShownStatus } from '../../../shared/status.ts';
import type { Look } from '../../looks.ts';

/** The statuses by which rows are filtered and sorted. */
export type RowStatus = ShownStatus | 'skipped';

export interface WaterfallItem {
  readonly id: string;
  readonly name: string;
  /** The name in the table; the whole one is in its tooltip. */
  readonly shortName: string;
  /** How deeply it is nested, from 0. */
  readonly depth: number;
  /** Its kind at the engine; null for none. */
  readonly kind: string | null;
  readonly status: RowStatus;
  readonly look: Look;
  readonly word: string;
  /** From 0 to 1; null if unknown. */
  readonly share: number | null;
  /** The progress as text; null if there is none to show. */
  readonly progress: string | null;
  readonly attempts: number;
  /** In milliseconds. Earlier attempts took the time from `createdAt` to `queuedAt`. Null if it didn't wait. */
  readonly createdAt: number | null;
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** The time of its data: what has not ended is drawn up to here. */
  readonly asOf: number;
  readonly error: string | null;
}

/** How long it has run, in milliseconds; null before it started. */
export function ranFor({ startedAt, endedAt, asOf }: WaterfallItem): number | null {
  return startedAt === null ? null : Math.max(0, (endedAt ?? asOf) - startedAt);
}

/** Whether it may still change by itself. */
export function isActive({ status }: Pick<WaterfallItem, 'status'>): boolean {
  return status === 'running' || status === 'cancelling' || status === 'paused';
}
