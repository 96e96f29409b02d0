/** Queues as jobs, schedules and the scheduler use them. */
import { queueProblem } from '../../../shared/messages/queues.ts';
import type { Reads } from '../../store/reads.ts';
import type { QueueRow } from '../../store/tables/queues.ts';
import type { QueueState } from '../ports.ts';

/** The queue of jobs that don't name one. It always exists. */
export const defaultQueue = 'default';

/** @throws JobdeckError UNKNOWN_QUEUE */
export function existingQueue(rows: Reads, name: string): QueueRow {
  const queue = rows.queues.find(name);
  if (queue !== null) return queue;
  const names = rows.queues.all().map((one) => one.name);
  const known = names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
  throw queueProblem('UNKNOWN_QUEUE', { queue: name, queues: known });
}

/** A queue as the scheduler sees it when nothing is running. */
export function queueState(row: QueueRow): QueueState {
  const { name, concurrency, rateCount, ratePeriodMs, paused } = row;
  const rate = rateCount === null || ratePeriodMs === null ? null : { count: rateCount, periodMs: ratePeriodMs };
  return { name, concurrency, rate, paused: paused === 1, running: 0, starts: [] };
}
