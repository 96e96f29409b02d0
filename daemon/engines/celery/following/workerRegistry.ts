/** The workers of an application: what is known of each, and which may be gone. Pure. */
import type { Worker } from '../../../../shared/connection.ts';
import { celeryMessage } from '../../../../shared/messages/celery.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import { toIso } from '../tasks/describe.ts';
import type { WorkerEvent } from '../wire/events.ts';
import type { WorkerStats } from '../wire/inspectReplies.ts';

/** Time between heartbeats, unless a worker reports another. */
const defaultHeartbeatMs = 2_000;
/** A worker is silent after this many missed heartbeats and some latency. */
const missedHeartbeats = 2;
const latencyMs = 500;
/** Upper bound for workers with rare heartbeats. */
const maxSilenceMs = 30_000;
/** Offline workers are shown for an hour. */
const offlineShownMs = 3_600_000;
const maxWorkers = 1_000;

export interface KnownWorker {
  name: string;
  online: boolean;
  /** A different process means another worker with the same name. */
  process: string | null;
  seenAt: number;
  /** Whether it sends task events. Heartbeats are sent even without. */
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

/** Pools that can't stop a running task. See docs/userguide/workers.rst in Celery. */
const uncancellablePools = new Set(['threads', 'solo']);

export class WorkerRegistry {
  readonly #workers = new Map<string, KnownWorker>();
  #outage = { since: 0, until: 0 };

  /** Applies an event. Returns whether the worker is new, was replaced by another process, or is leaving. */
  onEvent(event: WorkerEvent, now: number): 'came' | 'replaced' | 'left' | null {
    const { host, process, kind } = event;
    const wasOnline = this.#workers.get(host)?.online === true;
    if (kind === 'offline') return wasOnline ? 'left' : null;
    const worker = this.#markOnline(host, now);
    const isOther = worker.process !== null && worker.process !== process;
    const change = !wasOnline ? 'came' : isOther ? 'replaced' : null;
    const { active, processed, load, version } = event;
    if (change === 'replaced') worker.stats = null;
    Object.assign(worker, { process, heartbeatMs: event.heartbeatMs ?? worker.heartbeatMs });
    if (kind === 'heartbeat') Object.assign(worker, { active, processed, load, version: version ?? worker.version });
    return change;
  }

  /** Records a sign of life. Returns true if the worker wasn't known to be online. */
  markSeen(host: string, now: number): boolean {
    const wasOnline = this.#workers.get(host)?.online === true;
    this.#markOnline(host, now);
    return !wasOnline;
  }

  /** Adds a worker that a job is assigned to, if it isn't known yet. */
  expect(host: string, now: number): void {
    if (!this.#workers.has(host)) this.#markOnline(host, now);
  }

  update(host: string, changes: Partial<Pick<KnownWorker, 'stats' | 'queues' | 'tasks' | 'sendsEvents'>>): void {
    const worker = this.#workers.get(host);
    if (worker) Object.assign(worker, changes);
  }

  markOffline(host: string): void {
    const worker = this.#workers.get(host);
    if (worker) Object.assign(worker, { online: false, active: null });
  }

  /** Online workers that have been silent for too long. */
  silent(now: number): string[] {
    const { since, until } = this.#outage;
    const isSilent = ({ seenAt, heartbeatMs }: KnownWorker) =>
      now - seenAt > Math.min(heartbeatMs * missedHeartbeats, maxSilenceMs) + latencyMs &&
      (seenAt > since || now >= until);
    return this.online()
      .filter(isSilent)
      .map(({ name }) => name);
  }

  /** After an outage: restarts the silence of all workers, and gives them `ms` to return. */
  grantGrace(now: number, ms = 0): void {
    for (const worker of this.online()) worker.seenAt = now;
    this.#outage = { since: now, until: now + ms };
  }

  online(): KnownWorker[] {
    return [...this.#workers.values()].filter(({ online }) => online);
  }

  /** Whether any online worker is known to send events. */
  anySendsEvents(): boolean {
    return this.online().some(({ sendsEvents }) => sendsEvents);
  }

  get(host: string): KnownWorker | null {
    return this.#workers.get(host) ?? null;
  }

  /** Names of the tasks of all workers, including offline ones. */
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

  list(now: number): Worker[] {
    for (const { name, online, seenAt } of this.#workers.values()) {
      if (!online && now - seenAt > offlineShownMs) this.#workers.delete(name);
    }
    return [...this.#workers.values()]
      .map(({ name, online, active, processed, load, version, stats, queues, seenAt }) => ({
        name,
        online,
        active,
        load,
        version,
        queues,
        seenAt: toIso(seenAt),
        concurrency: stats?.concurrency ?? null,
        pool: stats?.pool ?? null,
        processed: processed ?? stats?.processed ?? null,
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  #markOnline(name: string, now: number): KnownWorker {
    const known = this.#workers.get(name);
    if (known) return Object.assign(known, { online: true, seenAt: now });
    const worker = {
      name,
      online: true,
      process: null,
      seenAt: now,
      sendsEvents: false,
      heartbeatMs: defaultHeartbeatMs,
      active: null,
      processed: null,
      load: null,
      version: null,
      stats: null,
      queues: [],
      tasks: [],
    };
    this.#workers.set(name, worker);
    if (this.#workers.size > maxWorkers) this.#workers.delete(this.#workers.keys().next().value ?? name);
    return worker;
  }
}
