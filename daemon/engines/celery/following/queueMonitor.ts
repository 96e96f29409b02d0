/** The queues of an application: how much lies in each and, where that can be read, what. */
import type { RemoteQueue } from '../../../../shared/connection.ts';
import type { Fact } from '../../remote.ts';
import type { Broker } from '../brokers/broker.ts';
import type { TaskBook } from '../tasks/taskTracker.ts';
import type { Workers } from './workerRegistry.ts';

/** Tasks of one queue that are read at most; the rest is only counted. */
const readLimit = 1_000;
const takenLimit = 2_000;

interface Seen {
  ids: ReadonlySet<string>;
  isAll: boolean;
}

export class QueueWatch {
  readonly #configured: readonly string[];
  readonly #workers: Workers;
  readonly #book: TaskBook;
  readonly #seen = new Map<string, Seen>();
  readonly #counts = new Map<string, number | null>();

  constructor(configured: readonly string[] | undefined, workers: Workers, book: TaskBook) {
    this.#configured = configured ?? ['celery'];
    this.#workers = workers;
    this.#book = book;
  }

  names(): string[] {
    return [...new Set([...this.#configured, ...this.#workers.queueNames()])];
  }

  /** Looks into every queue. The facts of what is found there for the first time. */
  async look(broker: Broker): Promise<Fact[]> {
    const facts: Fact[] = [];
    for (const queue of this.names()) {
      if (broker.waiting === undefined) {
        this.#counts.set(queue, await broker.depth(queue));
        continue;
      }
      const { count, tasks, isAll, isNew } = await broker.waiting(queue, readLimit);
      this.#counts.set(queue, count);
      if (!isNew) continue;
      this.#seen.set(queue, { ids: new Set(tasks.map(({ task }) => task.id)), isAll });
      for (const { task } of tasks) facts.push(...this.#book.onQueued(task, queue));
    }
    const found = new Set([...this.#seen.values()].flatMap(({ ids }) => [...ids]));
    this.#book.forgetQueued(found);
    return facts;
  }

  /** Arguments of tasks that workers have taken, and the ids of these. */
  async lookAtTaken(broker: Broker): Promise<{ ids: Set<string>; facts: Fact[] }> {
    const taken = (await broker.taken?.(takenLimit)) ?? [];
    const facts = taken.flatMap(({ task, queue }) => this.#book.onTaken(task, queue === '' ? null : queue));
    return { ids: new Set(taken.map(({ task }) => task.id)), facts };
  }

  has(id: string): boolean {
    return [...this.#seen.values()].some(({ ids }) => ids.has(id));
  }

  /** Whether a task that was not found lies in no queue: all were read to their end, or are empty. */
  isComplete(): boolean {
    return this.names().every((queue) => this.#seen.get(queue)?.isAll === true || (this.#counts.get(queue) ?? 0) === 0);
  }

  list(): RemoteQueue[] {
    return this.names()
      .map((name) => ({ name, waiting: this.#counts.get(name) ?? null, consumers: this.#workers.consumers(name) }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }
}
