/** Which of the jobs in line start now, why the others don't, and when to look again. Pure. */

import type { Priority } from '../../shared/job.ts';
import { waitDetail } from '../../shared/messages/waits.ts';
import type { Choice, QueuedJob, QueueState, Wait } from '../jobs/ports.ts';

const rank: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };

/**
 * What starts, by priority and first in first out inside one; `jobs` are in the order of queueing. Each other job gets
 * what it waits for. Only the first to wait in its queue gets a time, because the ones behind it don't start then.
 */
export function mayStart(jobs: readonly QueuedJob[], queues: readonly QueueState[], now: number): Choice {
  const left = new Map(
    queues.map((queue) => [queue.name, { queue, room: roomIn(queue, now), started: 0, held: false }]),
  );
  const choice: Choice = { start: [], waits: [], lookAgainAt: null };
  for (const { id, queue } of jobs.toSorted((a, b) => rank[a.priority] - rank[b.priority])) {
    const line = left.get(queue);
    if (line === undefined) continue;
    if (line.started < line.room) {
      line.started += 1;
      choice.start.push(id);
      continue;
    }
    const wait = waitIn(line.queue, line.started, now);
    choice.waits.push({ id, wait: line.held ? { ...wait, until: null } : wait });
    if (wait.until !== null && !line.held) choice.lookAgainAt = earlier(choice.lookAgainAt, wait.until);
    line.held = true;
  }
  return choice;
}

/** How many jobs of a queue may start now; Infinity when it has no limit. */
export function roomIn(queue: QueueState, now: number): number {
  if (queue.paused) return 0;
  const slots = queue.concurrency === null ? Number.POSITIVE_INFINITY : queue.concurrency - queue.running;
  const starts = queue.rate === null ? Number.POSITIVE_INFINITY : queue.rate.count - recentStarts(queue, now).length;
  return Math.max(0, Math.min(slots, starts));
}

/** What a queue lets its jobs wait for as a rule, whatever happens in it just now; null when it lets them all start. */
export function usualWait(queue: Pick<QueueState, 'paused' | 'concurrency' | 'rate'>): Wait | null {
  if (queue.paused) return { reason: 'queuePaused', until: null, detail: null };
  if (queue.concurrency !== null) return full(queue.concurrency, queue.concurrency);
  return queue.rate === null ? null : { reason: 'rateLimit', until: null, detail: null };
}

/** What the next job of a queue waits for, when all that may start now, `started` of them, have. */
function waitIn(queue: QueueState, started: number, now: number): Wait {
  if (queue.paused) return { reason: 'queuePaused', until: null, detail: null };
  const running = queue.running + started;
  if (queue.concurrency !== null && running >= queue.concurrency) return full(running, queue.concurrency);
  const { rate } = queue;
  if (rate === null) throw new Error(`The queue ${queue.name} holds nothing back.`);
  // One more may start when so many of the latest starts are over that it is within the limit.
  const first = [...recentStarts(queue, now), ...Array<number>(started).fill(now)].at(-rate.count) ?? now;
  return { reason: 'rateLimit', until: first + rate.periodMs, detail: null };
}

function full(running: number, concurrency: number): Wait {
  return {
    reason: 'queueFull',
    until: null,
    detail: waitDetail('wait.places', { taken: running, limit: concurrency }),
  };
}

/** Starts that count for the rate limit. Those in the future are of a clock that was put back: they count no more. */
function recentStarts({ rate, starts }: QueueState, now: number): number[] {
  return rate === null ? [] : starts.filter((at) => at > now - rate.periodMs && at <= now);
}

/** The earlier of two times; null is never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
