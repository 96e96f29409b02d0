/** Decides which queued jobs start now, what the others wait for, and when to check again. Pure. */
import type { Priority } from '../../shared/job.ts';
import { waitDetail } from '../../shared/messages/waits.ts';
import type { Choice, QueuedJob, QueueState, Wait } from '../jobs/ports.ts';

const rank: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };

/**
 * Chooses jobs by priority, and first in, first out within a priority; `jobs` are in queueing order. Every other job gets
 * a reason to wait. Only the first one in its queue gets a time, because the ones behind it do not start then.
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

/** The number of jobs in a queue that may start now; Infinity without a limit. */
export function roomIn(queue: QueueState, now: number): number {
  if (queue.paused) return 0;
  const slots = queue.concurrency === null ? Number.POSITIVE_INFINITY : queue.concurrency - queue.running;
  const starts = queue.rate === null ? Number.POSITIVE_INFINITY : queue.rate.count - recentStarts(queue, now).length;
  return Math.max(0, Math.min(slots, starts));
}

/** What jobs in a queue usually wait for, independent of its current load; null if it never makes them wait. */
export function usualWait(queue: Pick<QueueState, 'paused' | 'concurrency' | 'rate'>): Wait | null {
  if (queue.paused) return { reason: 'queuePaused', until: null, detail: null };
  if (queue.concurrency !== null) return full(queue.concurrency, queue.concurrency);
  return queue.rate === null ? null : { reason: 'rateLimit', until: null, detail: null };
}

/** What the next job in a queue waits for after the `started` jobs that may start now. */
function waitIn(queue: QueueState, started: number, now: number): Wait {
  if (queue.paused) return { reason: 'queuePaused', until: null, detail: null };
  const running = queue.running + started;
  if (queue.concurrency !== null && running >= queue.concurrency) return full(running, queue.concurrency);
  const { rate } = queue;
  if (rate === null) throw new Error(`The queue ${queue.name} has no limit.`);
  // The next start is possible when enough of the latest starts are older than the period.
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

/** Starts that count for the rate limit. Starts in the future, from before the clock was set back, do not count. */
function recentStarts({ rate, starts }: QueueState, now: number): number[] {
  return rate === null ? [] : starts.filter((at) => at > now - rate.periodMs && at <= now);
}

/** The earlier of two times; null means never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
