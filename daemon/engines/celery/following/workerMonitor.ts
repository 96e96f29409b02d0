/** Watching workers: who is there, who is gone, and what came of its tasks. */
import type { Fact } from '../../remote.ts';
import type { Asking } from '../connection/remoteControl.ts';
import type { TaskBook } from '../tasks/taskTracker.ts';
import { type AppConfig, readConf, readNames, readQueues, readStats, readTasks } from '../wire/inspectReplies.ts';
import type { Workers } from './workerRegistry.ts';

/** With two missed heartbeats, well within the ten seconds after which a loss is to be known. */
const pingMs = 2_000;
/** One that can't answer while it works, and whose broker does not say that it is gone. */
const soloMs = 3_600_000;

export interface WatchParts {
  workers: Workers;
  /** Whether workers that send no events of tasks are to. */
  enableEvents: boolean;
  book: TaskBook;
  now(): number;
  tell(facts: readonly Fact[]): void;
  changed(): void;
}

export class WorkerWatch {
  readonly #parts: WatchParts;
  readonly #checking = new Set<string>();
  /** Workers that are being asked who they are. */
  readonly #greeting = new Map<string, Promise<void>>();
  config: AppConfig | null = null;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Finds workers that send nothing, and has them send events where that is wanted. */
  async call(asking: Asking): Promise<void> {
    const values = await this.#wake(asking);
    const unknown = [...values.keys()].filter((host) => this.#parts.workers.get(host)?.stats == null);
    if (unknown.length > 0) await this.introduce(asking, unknown);
  }

  /** What there is to know of workers that came. One that is still starting answers later, and is asked again. */
  async introduce(asking: Asking, all: readonly string[]): Promise<void> {
    const hosts = all.filter((host) => !this.#greeting.has(host));
    if (hosts.length > 0) {
      const asked = this.#ask(asking, hosts).finally(() => {
        for (const host of hosts) this.#greeting.delete(host);
      });
      for (const host of hosts) this.#greeting.set(host, asked);
    }
    await Promise.all(all.map((host) => this.#greeting.get(host)));
  }

  /** Who answers, after it was told to send events where that is wanted. */
  async #wake(asking: Asking, destination?: string[]): Promise<Map<string, unknown>> {
    const { enableEvents, workers } = this.#parts;
    const to = destination === undefined ? {} : { destination };
    const { values } = await asking.ask(enableEvents ? 'enable_events' : 'ping', to);
    if (enableEvents) for (const host of values.keys()) workers.told(host, { sends: true });
    return values;
  }

  async #ask(asking: Asking, asked: string[]): Promise<void> {
    const { workers, tell, book, changed } = this.#parts;
    const awake = await this.#wake(asking, asked);
    const hosts = asked.filter((host) => awake.has(host));
    if (hosts.length === 0) return;
    const to = { destination: hosts };
    const [stats, queues, names, active] = await Promise.all(
      ['stats', 'active_queues', 'registered', 'active'].map((method) => asking.ask(method, to)),
    );
    for (const host of hosts) {
      const [pool, served, known] = [stats, queues, names].map((answers) => answers?.values.get(host));
      if (pool !== undefined) workers.told(host, { stats: readStats(pool) });
      if (served !== undefined) workers.told(host, { queues: readQueues(served) });
      if (known !== undefined) workers.told(host, { tasks: readNames(known) });
      // What it runs goes on, if it had been lost; and whether it can be stopped is known now.
      tell(readTasks('active', active?.values.get(host)).flatMap((info) => book.onInspected(info, host)));
    }
    if (this.config === null) {
      const { values } = await asking.ask('conf', { destination: hosts.slice(0, 1) });
      for (const value of values.values()) this.config = readConf(value);
    }
    changed();
  }

  /** Asks those that have been silent for two heartbeats; who does not answer is gone. */
  async check(asking: Asking): Promise<void> {
    const silent = this.#parts.workers.silent(this.#parts.now()).filter((host) => !this.#checking.has(host));
    if (silent.length > 0) await this.#ping(asking, silent);
  }

  /** It said that it goes. */
  async left(asking: Asking, host: string): Promise<void> {
    await this.#ping(asking, [host]);
  }

  async #ping(asking: Asking, hosts: string[]): Promise<void> {
    const { workers, now } = this.#parts;
    for (const host of hosts) this.#checking.add(host);
    try {
      const asked = now();
      const { values, receivers } = await asking.ask('ping', { destination: hosts, ms: pingMs });
      for (const host of hosts) {
        const worker = workers.get(host);
        if (values.has(host) || worker === null || worker.seenAt > asked) continue;
        const isBusySolo = worker.stats?.pool === 'solo' && this.#parts.book.runningOn(host).length > 0;
        if (isBusySolo && receivers !== 0 && now() - worker.seenAt < soloMs) continue;
        this.#gone(host, now() - worker.seenAt);
      }
    } finally {
      for (const host of hosts) this.#checking.delete(host);
    }
  }

  #gone(host: string, silence: number): void {
    const { workers, tell, book, changed } = this.#parts;
    workers.gone(host);
    const seconds = Math.max(1, Math.round(silence / 1000));
    tell(book.onWorkerGone(host, `Its worker ${host} has not been heard of for ${seconds} s and does not answer.`));
    changed();
  }

  /** Another process goes by that name now: what it does not have is lost. */
  async replaced(asking: Asking, host: string): Promise<void> {
    const { book, tell } = this.#parts;
    const before = book.runningOn(host);
    // Two workers may go by the same name: all answers count.
    const { values } = await asking.ask('active', { destination: [host], all: true });
    const has = new Set(readTasks('active', values.get(host)).map(({ id }) => id));
    // One that does not answer yet has just been started, and has nothing.
    const why = `Its worker ${host} was started anew.`;
    tell(before.filter((id) => !has.has(id)).flatMap((id) => book.onWorkerGone(host, why, id)));
    await this.introduce(asking, [host]);
  }
}
