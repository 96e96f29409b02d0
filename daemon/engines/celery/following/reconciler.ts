/** Comparing what is known here with the broker, the workers and the results: what there is now is the truth. */
import type { Fact, OpenJob, RemoteReports } from '../../remote.ts';
import type { RemoteControl } from '../connection/remoteControl.ts';
import type { Session } from '../connection/session.ts';
import type { TaskTracker } from '../tasks/taskTracker.ts';
import { readTasks, type TaskInfo } from '../wire/inspectReplies.ts';
import type { QueueMonitor } from './queueMonitor.ts';
import type { WorkerRegistry } from './workerRegistry.ts';

const pageSize = 500;
/** A task in none of the places is believed to be gone when it was not there before either, and for so long. */
const missingGraceMs = 5_000;
/** Results of tasks that nobody here knows are read at most so many. */
const storedLimit = 5_000;

export interface ReconcilerDeps {
  session: Session;
  control: RemoteControl;
  tracker: TaskTracker;
  workers: WorkerRegistry;
  queues: QueueMonitor;
  reports: Pick<RemoteReports, 'open' | 'known'>;
  now(): number;
  /** Writes facts down. */
  report(facts: readonly Fact[]): void;
}

export class Reconciler {
  readonly #deps: Omit<ReconcilerDeps, 'session' | 'control'>;
  /** Since when a task has been missing. */
  #missing = new Map<string, number>();

  constructor(parts: Omit<ReconcilerDeps, 'session' | 'control'>) {
    this.#deps = parts;
  }

  /** Whether there are open tasks that were not found anywhere, so that another look is due soon. */
  get hasMissingTasks(): boolean {
    return this.#missing.size > 0;
  }

  async run(session: Session, control: RemoteControl): Promise<void> {
    const { tracker, queues, report, now, workers } = this.#deps;
    const began = now();
    report(await queues.read(session.broker));
    const taken = await queues.readUnacked(session.broker);
    report(taken.facts);
    const held = await this.#inspectTasks(control);
    for (const [host, infos] of held.tasks) report(infos.flatMap((info) => tracker.onInspected(info, host)));
    const ids = new Set([...held.tasks.values()].flatMap((infos) => infos.map(({ id }) => id)));
    const missing = new Map<string, number>();
    for (const jobs of this.#openPages()) {
      for (const { worker } of jobs) if (worker !== null && !workers.get(worker)) workers.expect(worker, now());
      for (const job of await this.#withoutFinalResult(session, jobs)) {
        const { externalId, worker } = job;
        // From now on it goes with its worker.
        tracker.restore(externalId);
        if (ids.has(externalId)) continue;
        if (job.status === 'running' && worker !== null && workers.get(worker)?.online === false) {
          report(tracker.onWorkerLost(worker, { kind: 'gone' }, externalId));
          continue;
        }
        if (taken.ids.has(externalId) || queues.has(externalId)) continue;
        // Sent or heard of while this was going on.
        if (job.lastActivityAt > began - missingGraceMs || !this.#canJudge(job, held.answered)) continue;
        const since = this.#missing.get(externalId);
        if (since === undefined) missing.set(externalId, began);
        else if (began - since < missingGraceMs) missing.set(externalId, since);
        else if (job.status !== 'lost') report(tracker.onVanished(externalId, job.status === 'running'));
      }
    }
    this.#missing = missing;
  }

  /** Tasks that ended while nobody looked, as far as their results say what they were. */
  async importStoredResults(session: Session): Promise<void> {
    const { tracker, reports, report } = this.#deps;
    if (session.results === null) return;
    for await (const metas of session.results.stored(storedLimit)) {
      const named = [...metas].filter(
        ([id, { name, isFinal }]) => name !== null && isFinal && !tracker.hasFinished(id),
      );
      report(named.flatMap(([id, meta]) => (reports.known(id) === null ? tracker.onResult(id, meta, 'store') : [])));
    }
  }

  /** What one worker has, or all have: active, reserved and scheduled. */
  async #inspectTasks(control: RemoteControl): Promise<{ tasks: Map<string, TaskInfo[]>; answered: Set<string> }> {
    const states = ['active', 'reserved', 'scheduled'] as const;
    const answers = await Promise.all(states.map((state) => control.request(state)));
    const tasks = new Map<string, TaskInfo[]>();
    // What is active may be listed as reserved too: it comes last, and counts.
    for (const [index, { values }] of [...answers.entries()].reverse()) {
      for (const [host, value] of values) {
        tasks.set(host, [...(tasks.get(host) ?? []), ...readTasks(states[index] ?? 'active', value)]);
      }
    }
    const all = [...tasks.keys()].filter((host) => answers.every(({ values }) => values.has(host)));
    return { tasks, answered: new Set(all) };
  }

  *#openPages(): Generator<OpenJob[]> {
    let after: string | undefined;
    for (;;) {
      const jobs = this.#deps.reports.open(pageSize, after);
      if (jobs.length > 0) yield jobs;
      after = jobs.at(-1)?.jobId;
      if (jobs.length < pageSize) return;
    }
  }

  /** Those that have not ended by the results; the endings of the others are told. */
  async #withoutFinalResult(session: Session, jobs: readonly OpenJob[]): Promise<OpenJob[]> {
    const { tracker, report } = this.#deps;
    const metas = (await session.results?.getAll(jobs.map(({ externalId }) => externalId))) ?? new Map();
    return jobs.filter(({ externalId, status }) => {
      const meta = metas.get(externalId);
      if (meta === undefined) return true;
      // That it ran once does not say that it still does.
      if (meta.isFinal || status !== 'lost') report(tracker.onResult(externalId, meta, 'store'));
      return !meta.isFinal;
    });
  }

  /** Whether it would have been found if it were still there. */
  #canJudge(job: OpenJob, answered: ReadonlySet<string>): boolean {
    const { workers, queues } = this.#deps;
    const online = workers.online();
    // A worker that did not answer may have it; that it is gone is found by its heartbeats.
    if (online.some(({ name }) => !answered.has(name))) return false;
    if (job.status === 'running') return true;
    return queues.isComplete();
  }
}
