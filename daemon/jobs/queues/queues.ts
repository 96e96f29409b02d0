/** The commands on queues. */
import type { Queue } from '../../../shared/job.ts';
import { queueProblem } from '../../../shared/messages/queues.ts';
import { feedHistory, type QueueSettings } from '../../../shared/protocol.ts';
import { usualWait } from '../../scheduling/choice.ts';
import { encode } from '../../store/columns.ts';
import type { Reads } from '../../store/reads.ts';
import type { Store } from '../../store/store.ts';
import type { QueueRow } from '../../store/tables/queues.ts';
import type { Tx } from '../../store/tx.ts';
import type { DefinedQueues, QueueCommands } from '../ports.ts';
import type { Writer } from '../writer.ts';
import { defaultQueue, existingQueue, queueState } from './queue.ts';

/** The number of waiting jobs that are updated together with their queue. The others follow later. */
const updatedAtOnce = 200;

export interface QueuesDeps {
  store: Store;
  writer: Writer;
  /** Called after a change that may let jobs start. */
  onChanged(): void;
  onProblem(error: unknown, about: string): void;
}

export class Queues implements QueueCommands, DefinedQueues {
  readonly #deps: QueuesDeps;
  #closed = false;

  constructor(deps: QueuesDeps) {
    this.#deps = deps;
  }

  list(): Queue[] {
    return this.#deps.store.read((rows) => toQueues(rows, rows.queues.all()));
  }

  set(name: string, settings: QueueSettings): Promise<Queue> {
    return this.#change((tx) => changed(tx.queues.find(name) ?? unlimited(name), settings));
  }

  sources(): ReadonlyMap<string, string | null> {
    return this.#deps.store.read((rows) => new Map(rows.queues.all().map(({ name, source }) => [name, source])));
  }

  async define(source: string, settings: ReadonlyMap<string, QueueSettings>): Promise<void> {
    const change = ([name, wanted]: [string, QueueSettings]) =>
      this.#change((tx) => ({ ...changed(tx.queues.find(name) ?? unlimited(name), wanted), source }));
    await Promise.all([...settings].map(change));
  }

  async release(source: string, kept: ReadonlySet<string>): Promise<void> {
    await this.#deps.writer.write((tx) => {
      for (const queue of tx.queues.all()) {
        if (queue.source !== source || kept.has(queue.name)) continue;
        if (isUsed(tx, queue.name)) tx.putQueue({ ...queue, source: null });
        else removeQueue(tx, queue.name);
      }
    });
  }

  pause(name: string): Promise<Queue> {
    return this.#change((tx) => ({ ...existingQueue(tx, name), paused: 1 }), true);
  }

  resume(name: string): Promise<Queue> {
    return this.#change((tx) => ({ ...existingQueue(tx, name), paused: 0 }));
  }

  async remove(name: string): Promise<void> {
    await this.#deps.writer.write((tx) => {
      refuseUsed(tx, existingQueue(tx, name).name);
      removeQueue(tx, name);
    });
  }

  /** Updates the wait reasons of waiting jobs, in case an earlier daemon did not finish that. */
  async updateAll(): Promise<void> {
    for (const { name } of this.#deps.store.read((rows) => rows.queues.all())) await this.#updateRest(name);
  }

  /** Stops updating jobs. */
  close(): void {
    this.#closed = true;
  }

  /** `mustWork`: also on a full disk. */
  async #change(change: (tx: Tx) => QueueRow, mustWork = false): Promise<Queue> {
    const { writer } = this.#deps;
    const write = <T>(closure: (tx: Tx) => T) => (mustWork ? writer.command(closure) : writer.write(closure));
    const { queue, isRest } = await write((tx) => {
      const row = change(tx);
      const before = tx.queues.find(row.name);
      tx.putQueue(row);
      const { cancelAllowed, retryAllowed } = row;
      if (before?.cancelAllowed !== cancelAllowed || before.retryAllowed !== retryAllowed) sendKnown(tx, row.name);
      const [changed] = toQueues(tx, [row]);
      return { queue: changed, isRest: updateWaiting(tx, row) };
    });
    this.#deps.onChanged();
    if (isRest) void this.#updateRest(queue?.name ?? '');
    if (!queue) throw new Error('The changed queue is not there.');
    return queue;
  }

  /** Updates a few jobs at a time, so that other commands are not delayed. */
  async #updateRest(name: string): Promise<void> {
    const updateSome = (tx: Tx) => {
      const row = tx.queues.find(name);
      return row !== null && updateWaiting(tx, row);
    };
    try {
      while (!this.#closed && (await this.#deps.writer.write(updateSome)));
    } catch (error) {
      if (!this.#closed) this.#deps.onProblem(error, `updating the wait reasons in the queue ${name}`);
    }
  }
}

function toQueues(rows: Reads, queues: QueueRow[]): Queue[] {
  const [running, waiting] = [rows.queues.running(), rows.queues.waiting()];
  return queues.map((row) => {
    const { starts: _, ...state } = queueState(row);
    return {
      ...state,
      timeLimitMs: row.timeLimitMs,
      cancelAllowed: row.cancelAllowed === 1,
      retryAllowed: row.retryAllowed === 1,
      throttled: state.rate !== null,
      running: running.get(row.name) ?? 0,
      waiting: waiting.get(row.name) ?? 0,
    };
  });
}

function unlimited(name: string): QueueRow {
  return {
    name,
    concurrency: null,
    rateCount: null,
    ratePeriodMs: null,
    paused: 0,
    timeLimitMs: null,
    cancelAllowed: 1,
    retryAllowed: 1,
    source: null,
  };
}

function changed(row: QueueRow, settings: QueueSettings): QueueRow {
  const { concurrency, rate, timeLimitMs, cancelAllowed, retryAllowed } = settings;
  return {
    ...row,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(rate === undefined ? {} : { rateCount: rate?.count ?? null, ratePeriodMs: rate?.periodMs ?? null }),
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(cancelAllowed === undefined ? {} : { cancelAllowed: cancelAllowed ? 1 : 0 }),
    ...(retryAllowed === undefined ? {} : { retryAllowed: retryAllowed ? 1 : 0 }),
  };
}

/**
 * Gives some of the jobs that wait for a queue its usual wait reason. Returns whether there may be more. The first job
 * in the queue gets the exact reason when dispatching.
 */
function updateWaiting(tx: Tx, row: QueueRow): boolean {
  const wait = usualWait(queueState(row));
  if (wait === null) return false;
  const { reason, until, detail } = wait;
  const ids = tx.queues.waitingOtherwise(row.name, reason, encode('waitDetail', detail), updatedAtOnce);
  for (const id of ids) tx.updateJob(id, { waitReason: reason, waitUntil: until, waitDetail: detail });
  return ids.length === updatedAtOnce;
}

function removeQueue(tx: Tx, name: string): void {
  tx.removeQueue(name);
  sendKnown(tx, name);
}

function isUsed(rows: Reads, name: string): boolean {
  return name === defaultQueue || rows.queues.active(name).length > 0 || rows.queues.schedulesOf(name).length > 0;
}

/** @throws JobdeckError QUEUE_IN_USE */
function refuseUsed(rows: Reads, name: string): void {
  if (name === defaultQueue) throw queueProblem('QUEUE_IN_USE/default', { queue: name });
  const jobs = rows.queues.active(name).length;
  if (jobs > 0) throw queueProblem('QUEUE_IN_USE/jobs', { queue: name, count: jobs });
  const [first, ...others] = rows.queues.schedulesOf(name);
  if (first === undefined) return;
  throw others.length === 0
    ? queueProblem('QUEUE_IN_USE/schedule', { queue: name, schedule: first })
    : queueProblem('QUEUE_IN_USE/schedules', { queue: name, schedule: first, count: others.length });
}

/** Sends the jobs of a queue to the clients that know them, because their capabilities have changed. */
function sendKnown(tx: Tx, name: string): void {
  for (const id of [...tx.queues.active(name), ...tx.queues.latestEnded(name, feedHistory)]) tx.touch(id);
}
