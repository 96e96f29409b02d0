/** Monitors workers: finds new ones, and detects lost ones and their tasks. */
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

/** Together with two missed heartbeats, a loss is detected within ten seconds. */
const pingTimeoutMs = 2_000;
/** A busy `solo` worker can't reply. It is considered lost after this time unless the broker reports that it is gone. */
const soloGraceMs = 3_600_000;

export interface WorkerMonitorDeps {
  workers: WorkerRegistry;
  /** Whether to enable events on workers that don't send them. */
  enableEvents: boolean;
  tracker: TaskTracker;
  now(): number;
  report(facts: readonly Fact[]): void;
  onChanged(): void;
}

export class WorkerMonitor {
  readonly #deps: WorkerMonitorDeps;
  readonly #checking = new Set<string>();
  /** Inspections in progress, by worker. */
  readonly #inspecting = new Map<string, Promise<void>>();
  config: AppConfig | null = null;

  constructor(deps: WorkerMonitorDeps) {
    this.#deps = deps;
  }

  /** Finds workers without heartbeats, and enables their events if configured. */
  async discover(control: RemoteControl): Promise<void> {
    const values = await this.#wakeUp(control);
    const unknown = [...values.keys()].filter((host) => this.#deps.workers.get(host)?.stats == null);
    if (unknown.length > 0) await this.inspect(control, unknown);
  }

  /** Reads what workers report about themselves. A worker that is still starting doesn't reply and is inspected later. */
  async inspect(control: RemoteControl, all: readonly string[]): Promise<void> {
    const hosts = all.filter((host) => !this.#inspecting.has(host));
    if (hosts.length > 0) {
      const inspection = this.#inspectNow(control, hosts).finally(() => {
        for (const host of hosts) this.#inspecting.delete(host);
      });
      for (const host of hosts) this.#inspecting.set(host, inspection);
    }
    await Promise.all(all.map((host) => this.#inspecting.get(host)));
  }

  /** Enables events if configured, and returns the replies. */
  async #wakeUp(control: RemoteControl, destination?: string[]): Promise<Map<string, unknown>> {
    const { enableEvents, workers } = this.#deps;
    const to = destination === undefined ? {} : { destination };
    const { values } = await control.request(enableEvents ? 'enable_events' : 'ping', to);
    if (enableEvents) for (const host of values.keys()) workers.update(host, { sendsEvents: true });
    return values;
  }

  async #inspectNow(control: RemoteControl, all: string[]): Promise<void> {
    const { workers, report, tracker, onChanged } = this.#deps;
    const awake = await this.#wakeUp(control, all);
    const hosts = all.filter((host) => awake.has(host));
    if (hosts.length === 0) return;
    const to = { destination: hosts };
    const [stats, queues, names, active] = await Promise.all(
      ['stats', 'active_queues', 'registered', 'active'].map((method) => control.request(method, to)),
    );
    for (const host of hosts) {
      const [ownStats, ownQueues, ownNames] = [stats, queues, names].map((replies) => replies?.values.get(host));
      if (ownStats !== undefined) workers.update(host, { stats: readStats(ownStats) });
      if (ownQueues !== undefined) workers.update(host, { queues: readQueueNames(ownQueues) });
      if (ownNames !== undefined) workers.update(host, { tasks: readTaskNames(ownNames) });
      // Running tasks continue if they were lost, and whether they can be cancelled is known now.
      report(readTasks('active', active?.values.get(host)).flatMap((info) => tracker.onInspected(info, host)));
    }
    if (this.config === null) {
      const { values } = await control.request('conf', { destination: hosts.slice(0, 1) });
      for (const value of values.values()) this.config = readConfig(value);
    }
    onChanged();
  }

  /** Pings workers that have been silent for two heartbeats. Those that don't reply are lost. */
  async checkSilent(control: RemoteControl): Promise<void> {
    const silent = this.#deps.workers.silent(this.#deps.now()).filter((host) => !this.#checking.has(host));
    if (silent.length > 0) await this.#ping(control, silent);
  }

  /** The worker has announced that it is stopping. */
  async onLeft(control: RemoteControl, host: string): Promise<void> {
    await this.#ping(control, [host]);
  }

  async #ping(control: RemoteControl, hosts: string[]): Promise<void> {
    const { workers, now } = this.#deps;
    for (const host of hosts) this.#checking.add(host);
    try {
      const pingedAt = now();
      const { values, receivers } = await control.request('ping', { destination: hosts, ms: pingTimeoutMs });
      for (const host of hosts) {
        const worker = workers.get(host);
        if (values.has(host) || worker === null || worker.seenAt > pingedAt) continue;
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

  /** Another process uses the name now. Tasks that it doesn't have are lost. */
  async onReplaced(control: RemoteControl, host: string): Promise<void> {
    const { tracker, report } = this.#deps;
    const before = tracker.runningOn(host);
    // Two workers may use the same name, so all replies count.
    const { values } = await control.request('active', { destination: [host], all: true });
    const active = new Set(readTasks('active', values.get(host)).map(({ id }) => id));
    // A worker that doesn't reply yet has just started and has no tasks.
    report(
      before.filter((id) => !active.has(id)).flatMap((id) => tracker.onWorkerLost(host, { kind: 'restarted' }, id)),
    );
    await this.inspect(control, [host]);
  }
}
