/** Queues and queued jobs for tests. */
import type { QueuedJob, QueueState } from '../../../../daemon/jobs/ports.ts';

export function aQueue(changes: Partial<QueueState> = {}): QueueState {
  return { name: 'q', concurrency: null, rate: null, paused: false, running: 0, starts: [], ...changes };
}

export function aJob(id: string, changes: Partial<QueuedJob> = {}): QueuedJob {
  return { id, queue: 'q', priority: 'normal', ...changes };
}
