/** Consumes what a connection pushes: events of workers and tasks, and results. */
import { celeryMessage } from '../../../../shared/messages/celery.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import type { Fact } from '../../remote.ts';
import type { LiveConnection } from '../connection/session.ts';
import type { TaskEvents } from '../tasks/taskEvents.ts';
import type { TaskTracker } from '../tasks/taskTracker.ts';
import type { WorkerClocks } from '../tasks/workerClocks.ts';
import { isFinalEvent, readEvents, type TaskEvent, type WorkerEvent } from '../wire/events.ts';
import type { Opaque, Message as WireMessage } from '../wire/messages.ts';
import type { ResultMeta } from '../wire/results.ts';
import type { EarlyResults } from './earlyResults.ts';
import type { WorkerMonitor } from './workerMonitor.ts';
import type { WorkerRegistry } from './workerRegistry.ts';

export interface EventConsumerDeps {
  /** Null while disconnected. */
  live(): LiveConnection | null;
  clocks: WorkerClocks;
  workers: WorkerRegistry;
  tracker: TaskTracker;
  taskEvents: TaskEvents;
  workerMonitor: WorkerMonitor;
  earlyResults: EarlyResults;
  onTaskStarted(id: string): void;
  onTaskFinished(id: string): void;
  now(): number;
  report(facts: readonly Fact[]): void;
  onChanged(): void;
  onProblem(error: unknown, about: string): void;
}

const maxNotes = 20;

export class EventConsumer {
  readonly #deps: EventConsumerDeps;
  /** Notes about messages that can't be read, by their text. */
  readonly #unreadable = new Map<string, Message>();

  constructor(deps: EventConsumerDeps) {
    this.#deps = deps;
  }

  onEvents(message: WireMessage): void {
    if (message.body.opaque !== null) {
      this.noteUnreadable(unreadableEvents(message.body.opaque));
      return;
    }
    const { clocks, taskEvents, earlyResults, now, report } = this.#deps;
    const facts: Fact[] = [];
    const finished: string[] = [];
    for (const { of, event } of readEvents(message.body)) {
      if (event.timestamp !== null) clocks.observe(event.host, event.timestamp, now());
      if (of === 'worker') this.#onWorkerEvent(event);
      else if (of === 'custom') facts.push(...taskEvents.onCustomEvent(event));
      else {
        facts.push(...this.#onTaskEvent(event));
        if (isFinalEvent(event)) finished.push(event.id);
      }
    }
    report(facts);
    for (const id of finished) earlyResults.release(id);
  }

  onResult(id: string, meta: ResultMeta): void {
    const { tracker, workers, earlyResults, report } = this.#deps;
    // A result may arrive before the task's events, and only events say when and where it started.
    const isEarly = meta.isFinal && meta.state !== 'REVOKED' && !tracker.hasStarted(id) && workers.anySendsEvents();
    if (isEarly && earlyResults.hold(id, meta)) return;
    report(tracker.onResult(id, meta, 'event'));
  }

  /** Call whenever a worker sends anything. */
  onWorkerSeen(host: string): void {
    const { workers, workerMonitor, now } = this.#deps;
    if (!workers.markSeen(host, now())) return;
    this.#whileLive('inspecting a worker', ({ control }) => workerMonitor.inspect(control, [host]));
  }

  get notes(): Message[] {
    return [...this.#unreadable.values()];
  }

  noteUnreadable(note: Message): void {
    if (this.#unreadable.has(note.message) || this.#unreadable.size >= maxNotes) return;
    this.#unreadable.set(note.message, note);
    this.#deps.onChanged();
  }

  #onTaskEvent(event: TaskEvent): Fact[] {
    const { taskEvents, workers, onTaskStarted, onTaskFinished } = this.#deps;
    // `task-sent` comes from the client that submitted the task; all others come from workers.
    if (event.kind !== 'sent') {
      this.onWorkerSeen(event.host);
      workers.update(event.host, { sendsEvents: true });
    }
    const facts = taskEvents.onEvent(event);
    if (event.kind === 'started') onTaskStarted(event.id);
    if (isFinalEvent(event)) onTaskFinished(event.id);
    return facts;
  }

  #onWorkerEvent(event: WorkerEvent): void {
    const { workers, workerMonitor, now, onChanged } = this.#deps;
    const { host, kind } = event;
    const change = workers.onEvent(event, now());
    onChanged();
    // A worker that was still starting up may not have replied to the first inspection.
    const isUninspected = kind === 'heartbeat' && workers.get(host)?.stats === null;
    if (change === 'replaced')
      this.#whileLive('inspecting a worker', ({ control }) => workerMonitor.onReplaced(control, host));
    else if (change === 'left')
      this.#whileLive('checking a worker', ({ control }) => workerMonitor.onLeft(control, host));
    else if (change === 'came' || isUninspected) {
      this.#whileLive('inspecting a worker', ({ control }) => workerMonitor.inspect(control, [host]));
    }
  }

  #whileLive(about: string, call: (live: LiveConnection) => Promise<void>): void {
    const { live, onProblem } = this.#deps;
    // The first message may arrive just before the connection is marked as live.
    queueMicrotask(() => {
      const current = live();
      if (current === null) return;
      call(current).catch((error: unknown) => {
        if (live() === current) onProblem(error, about);
      });
    });
  }
}

function unreadableEvents(opaque: Opaque): Message {
  switch (opaque.kind) {
    case 'compressed':
      return celeryMessage('celery.eventsCompressed', { compression: opaque.compression });
    case 'serialized':
      return celeryMessage('celery.eventsSerialized', { serializer: opaque.serializer });
    case 'malformed':
      return celeryMessage('celery.eventsMalformed');
  }
}
