/** Applies the reports of remote engines, and submits remote jobs. */
import type { RemoteSubmitRequest } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import type { JobDetail } from '../../../shared/job.ts';
import { reasonOf } from '../../../shared/messages/nested.ts';
import { remoteFailure } from '../../../shared/messages/remoteJobs.ts';
import type { Clock } from '../../clock.ts';
import type { Fact, OpenJob } from '../../engines/remote.ts';
import type { Store } from '../../store/store.ts';
import { newId } from '../ids.ts';
import { notFound } from '../lookup.ts';
import type { Writer } from '../writer.ts';
import { applyFact } from './applyFact.ts';
import type { InFlight } from './inFlight.ts';
import { type KnownJob, toKnownJob, toOpenJob } from './openJob.ts';
import { type Reach, type Source, writableEngine } from './reach.ts';
import { insertSent, markAllUncertain, markSent, markUncertain } from './sending.ts';

/** Milliseconds for which engines are still asked about lost jobs. */
const lostFor = 86_400_000;

export interface RemoteJobsDeps {
  store: Store;
  writer: Writer;
  clock: Clock;
  reach: Reach;
  inFlight: InFlight;
  onProblem(error: unknown, about: string): void;
}

export class RemoteJobs {
  readonly #deps: RemoteJobsDeps;

  constructor(deps: RemoteJobsDeps) {
    this.#deps = deps;
  }

  /** Applies facts of a connection in their order. Resolves after the commit, which a full disk may delay. */
  async take(source: Source, facts: readonly Fact[]): Promise<void> {
    const { writer, clock, inFlight } = this.#deps;
    const now = clock.now();
    await writer.persist((tx) => {
      for (const fact of facts) {
        const mayBecomeKnown = inFlight.has(source.name) && tx.remote.find(source.name, fact.externalId) === null;
        if (mayBecomeKnown && inFlight.keep(source.name, fact)) continue;
        applyFact(tx, context(source, now), fact);
      }
    });
  }

  /** Active jobs of a connection, and those lost in the last day; oldest first, after the job `after`. */
  open(connection: string, limit: number, after?: string): OpenJob[] {
    const since = this.#deps.clock.now() - lostFor;
    const page = { limit, since, ...(after === undefined ? {} : { after }) };
    return this.#deps.store.read((rows) => rows.remote.open(connection, page).map((job) => toOpenJob(rows, job)));
  }

  /** A job by its engine's ID; null if it is unknown or was removed. */
  known(connection: string, externalId: string): KnownJob | null {
    return this.#deps.store.read((rows) => {
      const id = rows.remote.find(connection, externalId)?.jobId ?? null;
      const job = id === null ? null : rows.jobs.find(id);
      return job && job.externalId === externalId ? toKnownJob(rows, job) : null;
    });
  }

  /**
   * Submits a job to the engine of a connection. Resolves with the job when it was sent.
   * @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_READ_ONLY, CONNECTION_FAILED, INVALID_REQUEST, UNKNOWN_TARGET
   */
  async submit(source: Source, request: RemoteSubmitRequest): Promise<JobDetail> {
    const { writer, clock, reach, inFlight } = this.#deps;
    const engine = writableEngine(reach, source.name);
    const { externalId, fact } = await engine.prepare(request);
    const id = await writer.write((tx) => {
      const own = newId((taken) => tx.jobs.isTaken(taken));
      insertSent(tx, { ...source, id: own, externalId, fact, createdBy: request.createdBy ?? null, now: clock.now() });
      return own;
    });
    await inFlight.during(source, async () => {
      try {
        const sent = await engine.submit(request, { externalId, key: id });
        await writer.persist((tx) => markSent(tx, source.name, id, sent.externalId, clock.now()));
      } catch (error) {
        await this.#notSent(id, error);
      }
    });
    return this.#detail(id);
  }

  /** Lets the engine report what else it knows about a job that a user looks at. Failures are only logged. */
  async look(id: string): Promise<void> {
    const { store, onProblem } = this.#deps;
    const found = store.read((rows) => {
      const job = rows.jobs.find(id);
      return job?.connection == null ? null : { connection: job.connection, open: toOpenJob(rows, job) };
    });
    if (found === null) return;
    try {
      await this.#deps.reach(found.connection).engine.loadDetails?.(found.open);
    } catch (error) {
      if (!(error instanceof JobdeckError)) onProblem(error, `reading the job ${id}`);
    }
  }

  /** Marks the jobs that an earlier daemon was sending when it stopped, because they may not have arrived. */
  async recover(): Promise<void> {
    await this.#deps.writer.persist((tx) => markAllUncertain(tx, this.#deps.clock.now()));
  }

  /** Marks the active jobs of a removed connection as `lost`. */
  async disconnect(source: Source): Promise<void> {
    const { writer, clock } = this.#deps;
    const problem = remoteFailure.problem('CONNECTION_REMOVED', { connection: source.name });
    const error = { ...problem, details: null };
    const lost = { source: 'probe', status: 'lost', error } as const;
    let after: string | undefined;
    for (;;) {
      const open = this.open(source.name, 500, after);
      after = open.at(-1)?.jobId;
      if (after === undefined) return;
      const now = clock.now();
      await writer.persist((tx) => {
        for (const { externalId, attempt, status } of open) {
          // A job that waits for a retry is lost in the attempt that has not started.
          const number = status === 'waiting' ? attempt + 1 : Math.max(1, attempt);
          applyFact(tx, context(source, now), { ...lost, externalId, attempt: number, at: now });
        }
      });
    }
  }

  /** Removes a job that its engine refused; one that may have arrived is `lost`. */
  async #notSent(id: string, error: unknown): Promise<never> {
    await this.#deps.writer.persist((tx) => {
      if (error instanceof JobdeckError && error.code !== 'CONNECTION_FAILED') tx.removeJob(id);
      else markUncertain(tx, id, reasonOf(error), this.#deps.clock.now());
    });
    throw error;
  }

  #detail(id: string): JobDetail {
    const detail = this.#deps.store.detail(id);
    if (!detail) throw notFound(id);
    return detail;
  }
}

const context = ({ name, engine }: Source, now: number) => ({ connection: name, engine, now });
