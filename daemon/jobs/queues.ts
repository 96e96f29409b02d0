/** The commands on queues. */
import { JobdeckError } from '../../shared/errors.ts';
import type { Queue } from '../../shared/job.ts';
import type { QueueSettings } from '../../shared/protocol.ts';
import { usualWait } from '../scheduling/choice.ts';
import type { QueueRow } from '../store/queueRows.ts';
import type { Rows } from '../store/reads.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tx.ts';
import type { QueueCommands, QueueState } from './ports.ts';
import type { Writer } from './writer.ts';

/** The queue of jobs that name none. It is always there. */
export const defaultQueue = 'default';

export interface QueuesDeps {
  store: Store;
  writer: Writer;
  /** Called after a change that may let jobs start. */
  onChanged(): void;
}

export class Queues implements QueueCommands {
  readonly #deps: QueuesDeps;

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

  async #change(change: (tx: Tx) => QueueRow): Promise<Queue> {
    const [queue] = await this.#deps.writer.once((tx) => {
      const row = change(tx);
      tx.putQueue(row);
      tellWaiting(tx, row);
      return toQueues(tx, [row]);
    });
    this.#deps.onChanged();
    if (!queue) throw new Error('The changed queue is not there.');
    return queue;
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

/** Jobs that wait for a queue say what is true of it from now on. The first of them gets it exactly when dispatching. */
function tellWaiting(tx: Tx, row: QueueRow): void {
  const wait = usualWait(queueState(row));
  if (wait === null) return;
  const { reason, until, detail } = wait;
  for (const id of tx.heldOtherwise(row.name, reason, detail)) {
    tx.updateJob(id, { waitReason: reason, waitUntil: until, waitDetail: detail });
  }
}
