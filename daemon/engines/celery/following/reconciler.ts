/** Comparing what is known here with the broker, the workers and the results: what there is now is the truth. */
import type { Fact, OpenJob, RemoteReports } from '../../remote.ts';
import type { Asking } from '../connection/remoteControl.ts';
import type { Session } from '../connection/session.ts';
import type { TaskBook } from '../tasks/taskTracker.ts';
import { readTasks, type TaskInfo } from '../wire/inspectReplies.ts';
import type { QueueWatch } from './queueMonitor.ts';
import type { Workers } from './workerRegistry.ts';

const page = 500;
/** A task in none of the places is believed to be gone when it was not there before either, and for so long. */
const gapMs = 5_000;
/** Results of tasks that nobody here knows are read at most so many. */
const keptLimit = 5_000;

export interface ReconcileParts {
  session: Session;
  asking: Asking;
  book: TaskBook;
  workers: Workers;
  queues: QueueWatch;
  reports: Pick<RemoteReports, 'open' | 'known'>;
  now(): number;
  /** Writes facts down. */
  tell(facts: readonly Fact[]): void;
}

export class Reconciling {
  readonly #parts: Omit<ReconcileParts, 'session' | 'asking'>;
  /** Since when a task has been missing. */
  #missing = new Map<string, number>();

  constructor(parts: Omit<ReconcileParts, 'session' | 'asking'>) {
    this.#parts = parts;
  }

  /** Whether there are open tasks that were not found anywhere, so that another look is due soon. */
  get isUnsure(): boolean {
    return this.#missing.size > 0;
  }

  async run(session: Session, asking: Asking): Promise<void> {
    const { book, queues, tell, now, workers } = this.#parts;
    const began = now();
    tell(await queues.look(session.broker));
    const taken = await queues.lookAtTaken(session.broker);
    tell(taken.facts);
    const held = await this.#askForTasks(asking);
    for (const [host, infos] of held.tasks) tell(infos.flatMap((info) => book.onInspected(info, host)));
    const ids = new Set([...held.tasks.values()].flatMap((infos) => infos.map(({ id }) => id)));
    const missing = new Map<string, number>();
    for (const jobs of this.#openPages()) {
      for (const { worker } of jobs) if (worker !== null && !workers.get(worker)) workers.expect(worker, now());
      for (const job of await this.#withoutEnding(session, jobs)) {
        const { externalId, worker } = job;
        // From now on it goes with its worker.
        book.recall(externalId);
        if (ids.has(externalId)) continue;
        if (job.status === 'running' && worker !== null && workers.get(worker)?.online === false) {
          tell(book.onWorkerGone(worker, `Its worker ${worker} is gone.`, externalId));
          continue;
        }
        if (taken.ids.has(externalId) || queues.has(externalId)) continue;
        // Sent or heard of while this was going on.
        if (job.lastActivityAt > began - gapMs || !this.#canJudge(job, held.answered)) continue;
        const since = this.#missing.get(externalId);
        if (since === undefined) missing.set(externalId, began);
        else if (began - since < gapMs) missing.set(externalId, since);
        else if (job.status !== 'lost') tell(book.vanished(externalId, gone(job)));
      }
    }
    this.#missing = missing;
  }

  /** Tasks that ended while nobody looked, as far as their results say what they were. */
  async readKept(session: Session): Promise<void> {
    const { book, reports, tell } = this.#parts;
    if (session.results === null) return;
    for await (const metas of session.results.kept(keptLimit)) {
      const named = [...metas].filter(([id, { name, isFinal }]) => name !== null && isFinal && !book.hasEnded(id));
      tell(named.flatMap(([id, meta]) => (reports.known(id) === null ? book.onMeta(id, meta, 'store') : [])));
    }
  }

  /** What one worker has, or all have: active, reserved and scheduled. */
  async #askForTasks(asking: Asking): Promise<{ tasks: Map<string, TaskInfo[]>; answered: Set<string> }> {
    const states = ['active', 'reserved', 'scheduled'] as const;
    const answers = await Promise.all(states.map((state) => asking.ask(state)));
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
      const jobs = this.#parts.reports.open(page, after);
      if (jobs.length > 0) yield jobs;
      after = jobs.at(-1)?.jobId;
      if (jobs.length < page) return;
    }
  }

  /** Those that have not ended by the results; the endings of the others are told. */
  async #withoutEnding(session: Session, jobs: readonly OpenJob[]): Promise<OpenJob[]> {
    const { book, tell } = this.#parts;
    const metas = (await session.results?.getAll(jobs.map(({ externalId }) => externalId))) ?? new Map();
    return jobs.filter(({ externalId, status }) => {
      const meta = metas.get(externalId);
      if (meta === undefined) return true;
      // That it ran once does not say that it still does.
      if (meta.isFinal || status !== 'lost') tell(book.onMeta(externalId, meta, 'store'));
      return !meta.isFinal;
    });
  }

  /** Whether it would have been found if it were still there. */
  #canJudge(job: OpenJob, answered: ReadonlySet<string>): boolean {
    const { workers, queues } = this.#parts;
    const online = workers.online();
    // A worker that did not answer may have it; that it is gone is found by its heartbeats.
    if (online.some(({ name }) => !answered.has(name))) return false;
    if (job.status === 'running') return true;
    return queues.isComplete();
  }
}

function gone({ status }: OpenJob): string {
  return status === 'running'
    ? 'No worker has it any more, and how it ended was not seen.'
    : 'It lies in no queue any more and no worker has it: it was taken out, or how it ended was not seen.';
}
