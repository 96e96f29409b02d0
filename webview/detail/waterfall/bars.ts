/** The parts of a row's bar. Pure. */
import { type Axis, positionOf } from './axis.ts';
import type { WaterfallItem } from './item.ts';

export interface BarPart {
  /** `earlier`: attempts before the latest one, with the time between them. */
  readonly kind: 'earlier' | 'queued' | 'ran';
  /** In percent of the axis. */
  readonly x: number;
  readonly width: number;
}

/** Minimum width of the part that ran, in percent, so that a short job can be seen on a long axis. */
const minWidth = 0.6;

/** The parts in order of time. A row without times has none. */
export function barParts(item: WaterfallItem, axis: Axis): BarPart[] {
  const { createdAt, startedAt, endedAt, attempts, asOf } = item;
  const queuedAt = item.queuedAt ?? startedAt;
  if (queuedAt === null) return [];
  // A job that waits has waited until the present, and one that was cancelled before its start until then.
  const waitedUntil = startedAt ?? endedAt ?? asOf;
  const parts: BarPart[] = [];
  if (attempts > 1 && createdAt !== null) add(parts, 'earlier', createdAt, queuedAt, axis);
  add(parts, 'queued', queuedAt, waitedUntil, axis);
  if (startedAt === null) return parts;
  const from = positionOf(startedAt, axis);
  const width = Math.max(minWidth, positionOf(endedAt ?? asOf, axis) - from);
  // At the end of the axis, it would not be visible.
  return [...parts, { kind: 'ran', x: Math.min(from, 100 - width), width }];
}

function add(parts: BarPart[], kind: BarPart['kind'], from: number, until: number, axis: Axis): void {
  const [x, end] = [positionOf(from, axis), positionOf(until, axis)];
  if (end > x) parts.push({ kind, x, width: end - x });
}
