/** Reconciles the stored jobs with the broker, the workers and the results. */
import type { Fact, OpenJob, RemoteReports } from '../../remote.ts';
import type { RemoteControl } from '../connection/remoteControl.ts';
import type { Session } from '../connection/session.ts';
import type { TaskTracker } from '../tasks/taskTracker.ts';
import { readTasks, type TaskInfo } from '../wire/inspectReplies.ts';
import type { QueueMonitor } from './queueMonitor.ts';
import type { WorkerRegistry } from './workerRegistry.ts';

const pageSize = 500;
/** A task is considered gone if it was found nowhere twice, at least this long apart. */
const missingGraceMs = 5_000;
/** Maximum number of results of unknown tasks that are read. */
const storedLimit = 5_000;

export interface ReconcilerDeps {
  tracker: TaskTracker;
  workers: WorkerRegistry;
  queues: QueueMonitor;
  reports: Pick<RemoteReports, 'open' | 'known'>;
  now(): number;
  report(facts: readonly Fact[]): void;
}

export class Reconciler {
  readonly #deps: ReconcilerDeps;
  /** By task, since when it has been missing. */
  #missing = new Map<string, number>();

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /** Whether unfinished tasks were found nowhere, so that the next run should be soon. */
  get hasMissingTasks(): boolean {
    return this.#missing.size > 0;
  }

  async run(session: Session, control: RemoteControl): Promise<void> {
    const { tracker, queues, report, now, workers } = this.#deps;
    const startedAt = now();
    report(await queues.read(session.broker));
    const unacked = await queues.readUnacked(session.broker);
    report(unacked.facts);
    const held = await this.#inspectTasks(control);
    for (const [host, infos] of held.tasks) report(infos.flatMap((info) => tracker.onInspected(info, host)));
    const ids = new Set([...held.tasks.values()].flatMap((infos) => infos.map(({ id }) => id)));
    const missing = new Map<string, number>();
    for (const jobs of this.#openPages()) {
      for (const { worker } of jobs) if (worker !== null && !workers.get(worker)) workers.expect(worker, now());
      for (const job of await this.#withoutFinalResult(session, jobs)) {
        const { externalId, worker } = job;
        // From now on, it is lost if its worker is lost.
        tracker.restore(externalId);
        if (ids.has(externalId)) continue;
        if (job.status === 'running' && worker !== null && workers.get(worker)?.online === false) {
          report(tracker.onWorkerLost(worker, { kind: 'gone' }, externalId));
          continue;
        }
        if (unacked.ids.has(externalId) || queues.has(externalId)) continue;
        // Skip tasks with activity since the start of this run.
        if (job.lastActivityAt > startedAt - missingGraceMs || !this.#isConclusive(job, held.replied)) continue;
        const since = this.#missing.get(externalId);
        if (since === undefined) missing.set(externalId, startedAt);
        else if (startedAt - since < missingGraceMs) missing.set(externalId, since);
        else if (job.status !== 'lost') report(tracker.onVanished(externalId, job.status === 'running'));
      }
    }
    this.#missing = missing;
  }

  /** Imports tasks that finished unobserved, if their results contain the name of the task. */
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

  /** The active, reserved and scheduled tasks of all workers. */
  async #inspectTasks(control: RemoteControl): Promise<{ tasks: Map<string, TaskInfo[]>; replied: Set<string> }> {
    const states = ['active', 'reserved', 'scheduled'] as const;
    const replies = await Promise.all(states.map((state) => control.request(state)));
    const tasks = new Map<string, TaskInfo[]>();
    // Active tasks may also be listed as reserved. They come last, so that they take precedence.
    for (const [index, { values }] of [...replies.entries()].reverse()) {
      for (const [host, value] of values) {
        tasks.set(host, [...(tasks.get(host) ?? []), ...readTasks(states[index] ?? 'active', value)]);
      }
    }
    const replied = [...tasks.keys()].filter((host) => replies.every(({ values }) => values.has(host)));
    return { tasks, replied: new Set(replied) };
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

  /** Reports the results of jobs, and returns the jobs without a final result. */
  async #withoutFinalResult(session: Session, jobs: readonly OpenJob[]): Promise<OpenJob[]> {
    const { tracker, report } = this.#deps;
    const metas = (await session.results?.getAll(jobs.map(({ externalId }) => externalId))) ?? new Map();
    return jobs.filter(({ externalId, status }) => {
      const meta = metas.get(externalId);
      if (meta === undefined) return true;
      // An intermediate result doesn't prove that a lost task is still running.
      if (meta.isFinal || status !== 'lost') report(tracker.onResult(externalId, meta, 'store'));
      return !meta.isFinal;
    });
  }

  /** Whether the job would have been found if it still existed. */
  #isConclusive(job: OpenJob, replied: ReadonlySet<string>): boolean {
    const { workers, queues } = this.#deps;
    const online = workers.online();
    // A worker that didn't reply may have it. If that worker is gone, its heartbeats show it.
    if (online.some(({ name }) => !replied.has(name))) return false;
    if (job.status === 'running') return true;
    return queues.isComplete();
  }
}
