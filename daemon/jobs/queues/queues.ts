/** The commands on queues. */

import { JobdeckError } from '../../../shared/errors.ts';
import type { Queue } from '../../../shared/job.ts';
import { feedHistory, type QueueSettings } from '../../../shared/protocol.ts';
import { usualWait } from '../../scheduling/choice.ts';
import type { QueueRow } from '../../store/queueRows.ts';
import type { Rows } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import { encode } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tx.ts';
import type { QueueCommands, QueueState } from '../ports.ts';
import type { Writer } from '../writer.ts';

/** The queue of jobs that name none. It is always there. */
export const defaultQueue = 'default';

/** Waiting jobs that are told at once of a change of their queue; of more, the rest is told after it. */
const toldAtOnce = 200;

export interface QueuesDeps {
  store: Store;
  writer: Writer;
  /** Called after a change that may let jobs start. */
  onChanged(): void;
  onProblem(error: unknown, about: string): void;
}

export class Queues implements QueueCommands {
  readonly #deps: QueuesDeps;
  #closed = false;

  constructor(deps: QueuesDeps) {
    this.#deps = deps;
  }

  list(): Queue[] {
    return this.#deps.store.read((rows) => toQueues(rows, rows.queues()));
  }

  set(name: string, settings: QueueSettings): Promise<Queue> {
    return this.#change((tx) => changed(tx.queue(name) ?? unlimited(name), settings));
  }

  pause(name: string): Promise<Queue> {
    return this.#change((tx) => ({ ...existingQueue(tx, name), paused: 1 }));
  }

  resume(name: string): Promise<Queue> {
    return this.#change((tx) => ({ ...existingQueue(tx, name), paused: 0 }));
  }

  async remove(name: string): Promise<void> {
    await this.#deps.writer.once((tx) => {
      refuseUsed(tx, existingQueue(tx, name).name);
      tx.removeQueue(name);
      tellKnown(tx, name);
    });
  }

  /** Has waiting jobs say what is true of their queues: an earlier daemon may have stopped in the middle of that. */
  async tellAll(): Promise<void> {
    for (const { name } of this.#deps.store.read((rows) => rows.queues())) await this.#tellRest(name);
  }

  /** Tells nobody anything more. */
  close(): void {
    this.#closed = true;
  }

  async #change(change: (tx: Tx) => QueueRow): Promise<Queue> {
    const { queue, isRest } = await this.#deps.writer.once((tx) => {
      const row = change(tx);
      const before = tx.queue(row.name);
      tx.putQueue(row);
      const { cancelAllowed, retryAllowed } = row;
      if (before?.cancelAllowed !== cancelAllowed || before.retryAllowed !== retryAllowed) tellKnown(tx, row.name);
      const [changed] = toQueues(tx, [row]);
      return { queue: changed, isRest: tellWaiting(tx, row) };
    });
    this.#deps.onChanged();
    if (isRest) void this.#tellRest(queue?.name ?? '');
    if (!queue) throw new Error('The changed queue is not there.');
    return queue;
  }

  /** A few at a time, so that other commands come between. */
  async #tellRest(name: string): Promise<void> {
    const tellSome = (tx: Tx) => {
      const row = tx.queue(name);
      return row !== null && tellWaiting(tx, row);
    };
    try {
      while (!this.#closed && (await this.#deps.writer.once(tellSome)));
    } catch (error) {
      if (!this.#closed) this.#deps.onProblem(error, `telling the jobs of the queue ${name} what they wait for`);
    }
  }
}

/** The queue of that name. @throws JobdeckError UNKNOWN_QUEUE */
export function existingQueue(rows: Rows, name: string): QueueRow {
  const queue = rows.queue(name);
  if (queue !== null) return queue;
  const names = rows.queues().map((one) => one.name);
  const known = names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
  throw new JobdeckError(
    'UNKNOWN_QUEUE',
    `There is no queue ${name}.`,
    `Queues: ${known}. Make it with: jobdeck queue set ${name}`,
  );
}

/**
 * The queue of a job lets people cancel it.
 * @throws JobdeckError FORBIDDEN_BY_QUEUE
 */
export function checkMayCancel({ id, queue, cancelAllowed }: Pick<JobRow, 'id' | 'queue' | 'cancelAllowed'>): void {
  if (cancelAllowed !== 0) return;
  const hint = `Let it with “jobdeck queue set ${queue} --cancel”, or end it with “jobdeck rescue ${id}”.`;
  throw new JobdeckError('FORBIDDEN_BY_QUEUE', `Jobs of the queue ${queue} can't be cancelled.`, hint);
}

/**
 * The queue of a job is there, and lets people retry it.
 * @throws JobdeckError UNKNOWN_QUEUE, FORBIDDEN_BY_QUEUE
 */
export function checkMayRetry(rows: Rows, { queue }: Pick<JobRow, 'queue'>): void {
  if (existingQueue(rows, queue).retryAllowed !== 0) return;
  const hint = `Let them with “jobdeck queue set ${queue} --retry”, or submit it again.`;
  throw new JobdeckError('FORBIDDEN_BY_QUEUE', `Jobs of the queue ${queue} can't be retried.`, hint);
}

/** A queue as the scheduler weighs it, with nothing running. */
export function queueState(row: QueueRow): QueueState {
  const { name, concurrency, rateCount, ratePeriodMs, paused } = row;
  const rate = rateCount === null || ratePeriodMs === null ? null : { count: rateCount, periodMs: ratePeriodMs };
  return { name, concurrency, rate, paused: paused === 1, running: 0, starts: [] };
}

function toQueues(rows: Rows, queues: QueueRow[]): Queue[] {
  const [running, waiting] = [rows.runningByQueue(), rows.waitingByQueue()];
  return queues.map((row) => {
    const { starts: _, ...state } = queueState(row);
    const counts = { running: running.get(row.name) ?? 0, waiting: waiting.get(row.name) ?? 0 };
    return {
      ...state,
      timeLimitMs: row.timeLimitMs,
      ...{
        cancelAllowed: row.cancelAllowed === 1,
        retryAllowed: row.retryAllowed === 1,
        throttled: state.rate !== null,
      },
      ...counts,
    };
  });
}

function unlimited(name: string): QueueRow {
  return {
    ...{ name, concurrency: null, rateCount: null, ratePeriodMs: null, paused: 0, timeLimitMs: null },
    ...{ cancelAllowed: 1, retryAllowed: 1 },
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
 * Some of the jobs that wait for a queue say what is true of it from now on; whether there may be more. The first in
 * line gets it exactly when dispatching.
 */
function tellWaiting(tx: Tx, row: QueueRow): boolean {
  const wait = usualWait(queueState(row));
  if (wait === null) return false;
  const { reason, until, detail } = wait;
  const ids = tx.heldOtherwise(row.name, reason, encode('waitDetail', detail), toldAtOnce);
  for (const id of ids) tx.updateJob(id, { waitReason: reason, waitUntil: until, waitDetail: detail });
  return ids.length === toldAtOnce;
}

/** @throws JobdeckError QUEUE_IN_USE */
function refuseUsed(rows: Rows, name: string): void {
  if (name === defaultQueue) {
    const hint = 'Jobs that name no queue are in it.';
    throw new JobdeckError('QUEUE_IN_USE', `The queue ${name} can't be removed.`, hint);
  }
  const jobs = rows.activeInQueue(name).length;
  if (jobs > 0) {
    const those = jobs === 1 ? 'A job that has not ended is' : `${jobs} jobs that have not ended are`;
    const hint = 'Wait for their end, or cancel them.';
    throw new JobdeckError('QUEUE_IN_USE', `${those} in the queue ${name}.`, hint);
  }
  const [first, ...more] = rows.schedulesOfQueue(name);
  if (first === undefined) return;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  const hint = 'Remove it first, or have it name another queue.';
  throw new JobdeckError('QUEUE_IN_USE', `The schedule ${first}${others} submits to the queue ${name}.`, hint);
}

/** What may be done with jobs of a queue has changed: clients hear of those they know. */
function tellKnown(tx: Tx, name: string): void {
  for (const id of [...tx.activeInQueue(name), ...tx.latestEndedInQueue(name, feedHistory)]) tx.touch(id);
}
