/** Builders for the tests of the Celery engine. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenTasks } from '../../../../../daemon/engines/celery/tasks/openTasks.ts';
import { TaskEvents } from '../../../../../daemon/engines/celery/tasks/taskEvents.ts';
import { TaskTracker } from '../../../../../daemon/engines/celery/tasks/taskTracker.ts';
import { WorkerClocks } from '../../../../../daemon/engines/celery/tasks/workerClocks.ts';
import type { TaskEvent, TaskEventKind, WorkerEvent } from '../../../../../daemon/engines/celery/wire/events.ts';
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

/** Recorded messages, see `test/data/celery`. */
export const samples: Record<string, Sample & Record<string, unknown>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../data/celery/samples.json'), 'utf8'),
);

let clock = 0;

/** An event of the worker w1, with the next value of its counter. */
export function event(kind: TaskEventKind, more: Partial<TaskEvent> = {}): TaskEvent {
  clock += 1;
  const host = more.host ?? 'w1@host';
  return {
    kind,
    id: 'task',
    host,
    process: `${host}/1`,
    clock,
    timestamp: null,
    name: null,
    argsText: null,
    kwargsText: null,
    retries: null,
    eta: null,
    expires: null,
    rootId: null,
    parentId: null,
    queue: null,
    exception: null,
    traceback: null,
    resultText: null,
    runtime: null,
    terminated: false,
    expired: false,
    requeue: false,
    ...more,
  };
}

export function received(retries = 0, more: Partial<TaskEvent> = {}): TaskEvent {
  return event('received', { name: 'tasks.add', argsText: '(1, 2)', kwargsText: '{}', retries, ...more });
}

export function meta(status: string, result: unknown = null, more: object = {}): ResultMeta {
  return readMeta(JSON.stringify({ status, result, traceback: null, ...more })) ?? assert.fail('not a result');
}

export function message(more: Partial<TaskMessage> = {}): TaskMessage {
  return {
    id: 'task',
    name: 'tasks.add',
    args: [1, 2],
    kwargs: {},
    argsText: null,
    kwargsText: null,
    retries: 0,
    eta: null,
    expires: null,
    rootId: null,
    parentId: null,
    origin: null,
    priority: 0,
    opaque: null,
    ...more,
  };
}

export const start = Date.parse('2026-11-25T10:00:00Z');

/** A tracker whose facts are applied as the daemon applies them. */
export class TrackerBench {
  readonly reports = new MemoryReports();
  readonly clocks = new WorkerClocks();
  now = start;
  seesResults = true;
  tasks = this.#newTasks();
  tracker = this.#newTracker();
  events = this.#newEvents();

  /** Forgets everything but the stored jobs, like a restarted daemon. */
  restart(): void {
    this.tasks = this.#newTasks();
    this.tracker = this.#newTracker();
    this.events = this.#newEvents();
  }

  async receive(...events: TaskEvent[]): Promise<void> {
    for (const one of events) {
      if (one.timestamp !== null) this.clocks.observe(one.host, one.timestamp, this.now);
      await this.take(this.events.onEvent(one));
    }
  }

  async receiveResult(one: ResultMeta, id = 'task'): Promise<void> {
    await this.take(this.tracker.onResult(id, one, 'event'));
  }

  async take(facts: Fact[]): Promise<void> {
    await this.reports.take(facts);
  }

  job(id = 'task'): ObservedJob {
    return this.reports.jobs.get(id) ?? assert.fail(`no facts about ${id}`);
  }

  #newTasks(): OpenTasks {
    return new OpenTasks((id) => this.reports.known(id));
  }

  #newTracker(): TaskTracker {
    return new TaskTracker(this.tasks, { clocks: this.clocks, now: () => this.now, cancelLimit: () => null });
  }

  #newEvents(): TaskEvents {
    const { clocks } = this;
    const seesResults = () => this.seesResults;
    return new TaskEvents(this.tasks, { clocks, now: () => this.now, cancelLimit: () => null, seesResults });
  }
}

/** A heartbeat of a worker. */
export function heartbeat(host: string, pid = 1, more: Partial<WorkerEvent> = {}): WorkerEvent {
  return {
    kind: 'heartbeat',
    host,
    process: `${host}/${pid}`,
    clock: 1,
    timestamp: null,
    heartbeatMs: 2_000,
    active: 1,
    processed: 2,
    load: [1, 2, 3],
    version: '5.5.3',
    ...more,
  };
}
