/** The workers of an application: what was heard of each, and which may be gone. Pure. */
import type { Worker } from '../../../../shared/connection.ts';
import { celeryMessage } from '../../../../shared/messages/celery.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import { toIso } from '../tasks/describe.ts';
import type { WorkerEvent } from '../wire/events.ts';
import type { WorkerStats } from '../wire/inspectReplies.ts';

/** Between heartbeats, unless a worker says otherwise. */
const defaultHeartbeatMs = 2_000;
/** After two that did not come, and a moment for the way. */
const missedHeartbeats = 2;
const latencyMs = 500;
/** Of one that says its heartbeats come seldom. */
const maxSilenceMs = 30_000;
/** Workers that are gone are shown for an hour. */
const offlineShownMs = 3_600_000;
const maxWorkers = 1_000;

export interface KnownWorker {
  name: string;
  online: boolean;
  /** Its process; another one is another worker of the same name. */
  process: string | null;
  seenAt: number;
  /** Whether it sends events of its tasks; heartbeats come without. */
  sendsEvents: boolean;
  heartbeatMs: number;
  active: number | null;
  processed: number | null;
  load: number[] | null;
  version: string | null;
  stats: WorkerStats | null;
  queues: string[];
  tasks: string[];
}

/** Pools in which a task can't be stopped. Fact: docs/userguide/workers.rst. */
const uncancellablePools = new Set(['threads', 'solo']);

export class WorkerRegistry {
  readonly #workers = new Map<string, KnownWorker>();
  #outage = { since: 0, until: 0 };

  /** What an event changes: a worker that was not there, that is another process now, or that says it goes. */
  onEvent(event: WorkerEvent, now: number): 'came' | 'replaced' | 'left' | null {
    const { host, process, kind } = event;
    const wasOnline = this.#workers.get(host)?.online === true;
    if (kind === 'offline') return wasOnline ? 'left' : null;
    const worker = this.#markOnline(host, now);
    const isOther = worker.process !== null && worker.process !== process;
    const change = !wasOnline ? 'came' : isOther ? 'replaced' : null;
    const { active, processed, load, version } = event;
    if (change === 'replaced') worker.stats = null;
    Object.assign(worker, { process, every: event.heartbeatMs ?? worker.heartbeatMs });
    if (kind === 'heartbeat') Object.assign(worker, { active, processed, load, version: version ?? worker.version });
    return change;
  }

  /** It answered, or sent something. True when it was not known to be there. */
  markSeen(host: string, now: number): boolean {
    const wasOnline = this.#workers.get(host)?.online === true;
    this.#markOnline(host, now);
    return !wasOnline;
  }

  /** A job says it is with this worker, of which nothing was heard yet. */
  expect(host: string, now: number): void {
    if (!this.#workers.has(host)) this.#markOnline(host, now);
  }

  update(host: string, what: Partial<Pick<KnownWorker, 'stats' | 'queues' | 'tasks' | 'sendsEvents'>>): void {
    const worker = this.#workers.get(host);
    if (worker) Object.assign(worker, what);
  }

  markOffline(host: string): void {
    const worker = this.#workers.get(host);
    if (worker) Object.assign(worker, { online: false, active: null });
  }

  /** Those that have not been heard of for as long as it takes to ask them. */
  silent(now: number): string[] {
    const { since, until } = this.#outage;
    const isSilent = ({ seenAt, heartbeatMs }: KnownWorker) =>
      now - seenAt > Math.min(heartbeatMs * missedHeartbeats, maxSilenceMs) + latencyMs &&
      (seenAt > since || now >= until);
    return this.online()
      .filter(isSilent)
      .map(({ name }) => name);
  }

  /** Nothing could be heard for a while: all have their time again, and `ms` in which they may be on their way back. */
  grantGrace(now: number, ms = 0): void {
    for (const worker of this.online()) worker.seenAt = now;
    this.#outage = { since: now, until: now + ms };
  }

  online(): KnownWorker[] {
    return [...this.#workers.values()].filter(({ online }) => online);
  }

  /** Whether any of them is known to send events. */
  anySendsEvents(): boolean {
    return this.online().some(({ sendsEvents }) => sendsEvents);
  }

  get(host: string): KnownWorker | null {
    return this.#workers.get(host) ?? null;
  }

  /** Names of tasks that any of them knows or, when all are gone, knew. */
  taskNames(): string[] {
    return [...new Set([...this.#workers.values()].flatMap(({ tasks }) => tasks))].sort();
  }

  queueNames(): string[] {
    return [...new Set([...this.#workers.values()].flatMap(({ queues }) => queues))];
  }

  consumers(queue: string): number {
    return this.online().filter(({ queues }) => queues.includes(queue)).length;
  }

  /** Why running tasks of a worker can't be cancelled; null if they can. */
  cancelLimit(host: string): Message | null {
    const pool = this.#workers.get(host)?.stats?.pool ?? null;
    if (pool === null || !uncancellablePools.has(pool)) return null;
    return celeryMessage('celery.poolCannotCancel', { worker: host, pool });
  }

  /** As they are shown. */
  list(now: number): Worker[] {
    for (const { name, online, seenAt } of this.#workers.values()) {
      if (!online && now - seenAt > offlineShownMs) this.#workers.delete(name);
    }
    return [...this.#workers.values()]
      .map(({ name, online, active, processed, load, version, stats, queues, seenAt }) => ({
        ...{ name, online, active, load, version, queues, seenAt: toIso(seenAt) },
        ...{ concurrency: stats?.concurrency ?? null, pool: stats?.pool ?? null },
        processed: processed ?? stats?.processed ?? null,
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  #markOnline(name: string, now: number): KnownWorker {
    const there = this.#workers.get(name);
    if (there) return Object.assign(there, { online: true, seenAt: now });
    const nothing = {
      process: null,
      sendsEvents: false,
      active: null,
      processed: null,
      load: null,
      version: null,
      stats: null,
    };
    const worker = {
      name,
      online: true,
      seenAt: now,
      heartbeatMs: defaultHeartbeatMs,
      ...nothing,
      queues: [],
      tasks: [],
    };
    this.#workers.set(name, worker);
    if (this.#workers.size > maxWorkers) this.#workers.delete(this.#workers.keys().next().value ?? name);
    return worker;
  }
}
