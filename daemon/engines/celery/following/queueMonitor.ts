/** The queues of an application: their length and, if the broker allows it, their tasks. */
import type { RemoteQueue } from '../../../../shared/connection.ts';
import type { Fact } from '../../remote.ts';
import type { Broker } from '../brokers/broker.ts';
import type { TaskTracker } from '../tasks/taskTracker.ts';
import type { WorkerRegistry } from './workerRegistry.ts';

/** Tasks that are read per queue; the rest are only counted. */
const readLimit = 1_000;
const unackedLimit = 2_000;

interface SeenContents {
  ids: ReadonlySet<string>;
  isComplete: boolean;
}

export class QueueMonitor {
  readonly #configured: readonly string[];
  readonly #workers: WorkerRegistry;
  readonly #tracker: TaskTracker;
  readonly #contents = new Map<string, SeenContents>();
  readonly #counts = new Map<string, number | null>();

  constructor(configured: readonly string[] | undefined, workers: WorkerRegistry, tracker: TaskTracker) {
    this.#configured = configured ?? ['celery'];
    this.#workers = workers;
    this.#tracker = tracker;
  }

  names(): string[] {
    return [...new Set([...this.#configured, ...this.#workers.queueNames()])];
  }

  /** Reads all queues. Returns facts about tasks that were found for the first time. */
  async read(broker: Broker): Promise<Fact[]> {
    const facts: Fact[] = [];
    for (const queue of this.names()) {
      if (broker.waiting === undefined) {
        this.#counts.set(queue, await broker.depth(queue));
        continue;
      }
      const { count, tasks, isComplete, hasChanged } = await broker.waiting(queue, readLimit);
      this.#counts.set(queue, count);
      if (!hasChanged) continue;
      this.#contents.set(queue, { ids: new Set(tasks.map(({ task }) => task.id)), isComplete });
      for (const { task } of tasks) facts.push(...this.#tracker.onQueued(task, queue));
    }
    const found = new Set([...this.#contents.values()].flatMap(({ ids }) => [...ids]));
    this.#tracker.clearQueued(found);
    return facts;
  }

  /** Reads the tasks that workers have received but not acknowledged: their IDs, and facts with their arguments. */
  async readUnacked(broker: Broker): Promise<{ ids: Set<string>; facts: Fact[] }> {
    const unacked = (await broker.unacked?.(unackedLimit)) ?? [];
    const facts = unacked.flatMap(({ task, queue }) => this.#tracker.onUnacked(task, queue === '' ? null : queue));
    return { ids: new Set(unacked.map(({ task }) => task.id)), facts };
  }

  has(id: string): boolean {
    return [...this.#contents.values()].some(({ ids }) => ids.has(id));
  }

  /** Whether every queue was read completely, so that a task that wasn't found is in none. */
  isComplete(): boolean {
    return this.names().every(
      (queue) => this.#contents.get(queue)?.isComplete === true || (this.#counts.get(queue) ?? 0) === 0,
    );
  }

  list(): RemoteQueue[] {
    return this.names()
      .map((name) => ({ name, waiting: this.#counts.get(name) ?? null, consumers: this.#workers.consumers(name) }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }
}
