/** Events and books for the tests of the Celery adapter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskTracker } from '../../../../../daemon/engines/celery/tasks/taskTracker.ts';
import { WorkerClocks } from '../../../../../daemon/engines/celery/tasks/workerClocks.ts';
import type { TaskEvent, TaskEventKind } from '../../../../../daemon/engines/celery/wire/events.ts';
import type { TaskMessage } from '../../../../../daemon/engines/celery/wire/messages.ts';
import { type ResultMeta, readMeta } from '../../../../../daemon/engines/celery/wire/results.ts';
import type { Fact } from '../../../../../daemon/engines/remote.ts';
import { MemoryReports, type ObservedJob } from '../../../../engines/memoryReports.ts';

interface Sample {
  channel?: string;
  message?: Record<string, unknown>;
  envelope?: Record<string, unknown>;
  value?: Record<string, unknown>;
  body?: unknown;
}

/** Messages as they were seen on the wire, see `test/data/celery`. */
export const samples: Record<string, Sample & Record<string, unknown>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../data/celery/samples.json'), 'utf8'),
);

let clock = 0;

/** An event of the worker w1, by its count after those before. */
export function event(kind: TaskEventKind, more: Partial<TaskEvent> = {}): TaskEvent {
  clock += 1;
  const host = more.host ?? 'w1@host';
  return {
    ...{ kind, id: 'task', host, process: `${host}/1`, clock, timestamp: null, name: null, argsText: null },
    ...{ kwargsText: null, retries: null, eta: null, expires: null, rootId: null, parentId: null, queue: null },
    ...{ exception: null, traceback: null, resultText: null, runtime: null, terminated: false, expired: false },
    ...{ requeue: false, ...more },
  };
}

export function received(retries = 0, more: Partial<TaskEvent> = {}): TaskEvent {
  return event('received', { name: 'tasks.add', argsText: '(1, 2)', kwargsText: '{}', retries, ...more });
}

export function meta(status: string, result: unknown = null, more: object = {}): ResultMeta {
  const made = readMeta(JSON.stringify({ status, result, traceback: null, ...more }));
  if (made === null) throw new Error('It is no result.');
  return made;
}

export function message(more: Partial<TaskMessage> = {}): TaskMessage {
  return {
    ...{ id: 'task', name: 'tasks.add', args: [1, 2], kwargs: {}, argsText: null, kwargsText: null, retries: 0 },
    ...{ eta: null, expires: null, rootId: null, parentId: null, origin: null, priority: 0, opaque: null, ...more },
  };
}

export const start = Date.parse('2026-11-25T10:00:00Z');

/** A book whose facts are taken as the daemon takes them. */
export class TrackerBench {
  readonly reports = new MemoryReports();
  readonly clocks = new WorkerClocks();
  now = start;
  seesResults = true;
  tracker = this.#newTracker();

  /** As a daemon that has just been started. */
  restart(): void {
    this.tracker = this.#newTracker();
  }

  async receive(...events: TaskEvent[]): Promise<void> {
    for (const one of events) {
      if (one.timestamp !== null) this.clocks.observe(one.host, one.timestamp, this.now);
      await this.take(this.tracker.onEvent(one));
    }
  }

  async receiveResult(one: ResultMeta, id = 'task'): Promise<void> {
    await this.take(this.tracker.onResult(id, one, 'event'));
  }

  async take(facts: Fact[]): Promise<void> {
    await this.reports.take(facts);
  }

  job(id = 'task'): ObservedJob {
    const job = this.reports.jobs.get(id);
    if (job === undefined) throw new Error(`Nothing was told of ${id}.`);
    return job;
  }

  #newTracker(): TaskTracker {
    return new TaskTracker({
      ...{ clocks: this.clocks, now: () => this.now, known: (id) => this.reports.known(id) },
      ...{ cancelLimit: () => null, seesResults: () => this.seesResults },
    });
  }
}
