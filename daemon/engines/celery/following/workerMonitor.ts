/** Watching workers: who is there, who is gone, and what came of its tasks. */
import type { Fact } from '../../remote.ts';
import type { RemoteControl } from '../connection/remoteControl.ts';
import type { TaskTracker } from '../tasks/taskTracker.ts';
import {
  type AppConfig,
  readConfig,
  readQueueNames,
  readStats,
  readTaskNames,
  readTasks,
} from '../wire/inspectReplies.ts';
import type { WorkerRegistry } from './workerRegistry.ts';

/** With two missed heartbeats, well within the ten seconds after which a loss is to be known. */
const pingTimeoutMs = 2_000;
/** One that can't answer while it works, and whose broker does not say that it is gone. */
const soloGraceMs = 3_600_000;

export interface WorkerMonitorDeps {
  workers: WorkerRegistry;
  /** Whether workers that send no events of tasks are to. */
  enableEvents: boolean;
  tracker: TaskTracker;
  now(): number;
  report(facts: readonly Fact[]): void;
  onChanged(): void;
}

export class WorkerMonitor {
  readonly #deps: WorkerMonitorDeps;
  readonly #checking = new Set<string>();
  /** Workers that are being asked who they are. */
  readonly #inspecting = new Map<string, Promise<void>>();
  config: AppConfig | null = null;

  constructor(parts: WorkerMonitorDeps) {
    this.#deps = parts;
  }

  /** Finds workers that send nothing, and has them send events where that is wanted. */
  async discover(control: RemoteControl): Promise<void> {
    const values = await this.#wakeUp(control);
    const unknown = [...values.keys()].filter((host) => this.#deps.workers.get(host)?.stats == null);
    if (unknown.length > 0) await this.inspect(control, unknown);
  }

  /** What there is to know of workers that came. One that is still starting answers later, and is asked again. */
  async inspect(control: RemoteControl, all: readonly string[]): Promise<void> {
    const hosts = all.filter((host) => !this.#inspecting.has(host));
    if (hosts.length > 0) {
      const asked = this.#inspectNow(control, hosts).finally(() => {
        for (const host of hosts) this.#inspecting.delete(host);
      });
      for (const host of hosts) this.#inspecting.set(host, asked);
    }
    await Promise.all(all.map((host) => this.#inspecting.get(host)));
  }

  /** Who answers, after it was told to send events where that is wanted. */
  async #wakeUp(control: RemoteControl, destination?: string[]): Promise<Map<string, unknown>> {
    const { enableEvents, workers } = this.#deps;
    const to = destination === undefined ? {} : { destination };
    const { values } = await control.request(enableEvents ? 'enable_events' : 'ping', to);
    if (enableEvents) for (const host of values.keys()) workers.update(host, { sendsEvents: true });
    return values;
  }

  async #inspectNow(control: RemoteControl, asked: string[]): Promise<void> {
    const { workers, report, tracker, onChanged } = this.#deps;
    const awake = await this.#wakeUp(control, asked);
    const hosts = asked.filter((host) => awake.has(host));
    if (hosts.length === 0) return;
    const to = { destination: hosts };
    const [stats, queues, names, active] = await Promise.all(
      ['stats', 'active_queues', 'registered', 'active'].map((method) => control.request(method, to)),
    );
    for (const host of hosts) {
      const [pool, served, known] = [stats, queues, names].map((answers) => answers?.values.get(host));
      if (pool !== undefined) workers.update(host, { stats: readStats(pool) });
      if (served !== undefined) workers.update(host, { queues: readQueueNames(served) });
      if (known !== undefined) workers.update(host, { tasks: readTaskNames(known) });
      // What it runs goes on, if it had been lost; and whether it can be stopped is known now.
      report(readTasks('active', active?.values.get(host)).flatMap((info) => tracker.onInspected(info, host)));
    }
    if (this.config === null) {
      const { values } = await control.request('conf', { destination: hosts.slice(0, 1) });
      for (const value of values.values()) this.config = readConfig(value);
    }
    onChanged();
  }

  /** Asks those that have been silent for two heartbeats; who does not answer is gone. */
  async checkSilent(control: RemoteControl): Promise<void> {
    const silent = this.#deps.workers.silent(this.#deps.now()).filter((host) => !this.#checking.has(host));
    if (silent.length > 0) await this.#ping(control, silent);
  }

  /** It said that it goes. */
  async onLeft(control: RemoteControl, host: string): Promise<void> {
    await this.#ping(control, [host]);
  }

  async #ping(control: RemoteControl, hosts: string[]): Promise<void> {
    const { workers, now } = this.#deps;
    for (const host of hosts) this.#checking.add(host);
    try {
      const asked = now();
      const { values, receivers } = await control.request('ping', { destination: hosts, ms: pingTimeoutMs });
      for (const host of hosts) {
        const worker = workers.get(host);
        if (values.has(host) || worker === null || worker.seenAt > asked) continue;
        const isBusySolo = worker.stats?.pool === 'solo' && this.#deps.tracker.runningOn(host).length > 0;
        if (isBusySolo && receivers !== 0 && now() - worker.seenAt < soloGraceMs) continue;
        this.#markLost(host, now() - worker.seenAt);
      }
    } finally {
      for (const host of hosts) this.#checking.delete(host);
    }
  }

  #markLost(host: string, silence: number): void {
    const { workers, report, tracker, onChanged } = this.#deps;
    workers.markOffline(host);
    report(tracker.onWorkerLost(host, { kind: 'silent', silence: Math.max(1, Math.round(silence / 1000)) * 1000 }));
    onChanged();
  }

  /** Another process goes by that name now: what it does not have is lost. */
  async onReplaced(control: RemoteControl, host: string): Promise<void> {
    const { tracker, report } = this.#deps;
    const before = tracker.runningOn(host);
    // Two workers may go by the same name: all answers count.
    const { values } = await control.request('active', { destination: [host], all: true });
    const has = new Set(readTasks('active', values.get(host)).map(({ id }) => id));
    // One that does not answer yet has just been started, and has nothing.
    report(before.filter((id) => !has.has(id)).flatMap((id) => tracker.onWorkerLost(host, { kind: 'restarted' }, id)));
    await this.inspect(control, [host]);
  }
}
