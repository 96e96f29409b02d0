/** Jobs that run elsewhere: what their engines tell of them is taken here, and what is asked of them passed on. */

import type { FromStep, RemoteEngineName, RemoteSubmitRequest } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import type { Capability, JobDetail } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Clock } from '../../clock.ts';
import type { Fact, OpenJob, RemoteEngine } from '../../engines/remote.ts';
import type { Rows } from '../../store/reads.ts';
import { type JobRow, toJob } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import { existing } from '../commands.ts';
import { newId } from '../ids.ts';
import { timeline } from '../life/timeline.ts';
import type { Writer } from '../writer.ts';
import { bindAgain, endUncertain, insertSent, markSent, uncertain } from './sending.ts';
import { takeFact } from './takeFact.ts';

/** Milliseconds that lost jobs are still asked for. */
const lostFor = 86_400_000;
/** Facts on ids nobody knows that are kept at most while something is being sent. */
const maxHeld = 10_000;

/** An engine by its connection, as the jobs of it need it. */
export interface Reached {
  engine: RemoteEngine;
  readOnly: boolean;
}

export interface RemoteJobsDeps {
  store: Store;
  writer: Writer;
  clock: Clock;
  /** @throws JobdeckError CONNECTION_NOT_FOUND */
  reach(connection: string): Reached;
  onProblem(error: unknown, about: string): void;
}

/** What a connection's engine tells, and where. */
export interface Source {
  name: string;
  engine: RemoteEngineName;
}

export class RemoteJobs {
  readonly #deps: RemoteJobsDeps;
  /** Connections something is being sent to, and what came of ids nobody knows meanwhile: they may become known. */
  readonly #sending = new Map<string, { count: number; held: Fact[] }>();
  /** Ids of jobs that are being run again: until the engine has answered they still look ended. */
  readonly #retrying = new Set<string>();

  constructor(deps: RemoteJobsDeps) {
    this.#deps = deps;
  }

  /** Takes facts of a connection, in their order. Resolves after the commit; on a full disk that may be late. */
  async take(source: Source, facts: readonly Fact[]): Promise<void> {
    const now = this.#deps.clock.now();
    await this.#deps.writer.certain((tx) => {
      const sending = this.#sending.get(source.name);
      for (const fact of facts) {
        const isKnown = sending === undefined || tx.remote.id(source.name, fact.externalId) !== null;
        if (isKnown || sending.held.length >= maxHeld) takeFact(tx, context(source, now), fact);
        else sending.held.push(fact);
      }
    });
  }

  /** Jobs of a connection that have not ended, and those lost in the last day; oldest first, after the job `after`. */
  open(connection: string, limit: number, after?: string): OpenJob[] {
    const since = this.#deps.clock.now() - lostFor;
    const page = { limit, since, ...(after === undefined ? {} : { after }) };
    return this.#deps.store.read((rows) => rows.remote.open(connection, page).map((job) => openJob(rows, job)));
  }

  /** What is known of a job by its engine's id; null when nothing is, or when it was removed. */
  known(connection: string, externalId: string): (OpenJob & { input: unknown; metadata: unknown }) | null {
    return this.#deps.store.read((rows) => {
      const id = rows.remote.id(connection, externalId)?.jobId ?? null;
      const job = id === null ? null : rows.job(id);
      return job && job.externalId === externalId ? withData(rows, job) : null;
    });
  }

  /**
   * Has a connection's engine run something new. Resolves with the job when it was sent.
   * @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_READ_ONLY, CONNECTION_FAILED, INVALID_REQUEST, UNKNOWN_TARGET
   */
  async submit(source: Source, request: RemoteSubmitRequest): Promise<JobDetail> {
    const { writer, clock } = this.#deps;
    const engine = this.#writable(source.name);
    const { externalId, fact } = await engine.prepare(request);
    const id = await writer.once((tx) => {
      const own = newId((taken) => tx.isTaken(taken));
      insertSent(tx, { ...source, id: own, externalId, fact, createdBy: request.createdBy ?? null, now: clock.now() });
      return own;
    });
    await this.#whileSending(source, async () => {
      try {
        const sent = await engine.submit(request, { externalId, key: id });
        await writer.certain((tx) => markSent(tx, source.name, id, sent.externalId, clock.now()));
      } catch (error) {
        await this.#notSent(id, error);
      }
    });
    return this.#detail(id);
  }

  /** @throws JobdeckError JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE, CONNECTION_NOT_FOUND, CONNECTION_READ_ONLY, CONNECTION_FAILED */
  async cancel(id: string): Promise<JobDetail> {
    const { store, writer, clock } = this.#deps;
    const { job, open } = store.read((rows) => {
      const row = existing(rows, id);
      return { job: row, open: openJob(rows, row) };
    });
    if (isTerminal(job.status)) {
      throw new JobdeckError('JOB_ALREADY_ENDED', `The job ${id} has already ended: it is ${job.status}.`);
    }
    const engine = this.#writable(job.connection ?? '');
    if (job.cancelRequestedAt === null) refuse(toJob(job).capabilities.cancel, `The job ${id} can’t be cancelled.`);
    await writer.once((tx) => {
      if (tx.job(id)?.cancelRequestedAt !== null) return;
      const now = clock.now();
      tx.updateJob(id, { cancelRequestedAt: now, lastActivityAt: now });
      tx.addEvent(id, { ...timeline.cancelRequested(), at: now, attempt: job.attempt === 0 ? null : job.attempt });
    });
    try {
      await engine.cancel(open);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await writer.certain((tx) => {
        const now = tx.job(id);
        if (!now || isTerminal(now.status)) return;
        tx.updateJob(id, { cancelRequestedAt: null });
        tx.addEvent(id, { ...timeline.cancelFailed(reason), at: clock.now(), attempt: null });
      });
      throw error;
    }
    return this.#detail(id);
  }

  /** As `cancel`; JOB_STILL_ACTIVE. The new run is another attempt of the job, whatever its engine calls it. */
  async retry(id: string, fromStep?: FromStep): Promise<JobDetail> {
    const { store, writer, clock } = this.#deps;
    const { job, known, from } = store.read((rows) => {
      const row = existing(rows, id);
      return { job: row, known: withData(rows, row), from: store.detail(id)?.retryFromStep };
    });
    if (!isTerminal(job.status) || this.#retrying.has(id)) {
      const message = isTerminal(job.status)
        ? `The job ${id} is being run again.`
        : `The job ${id} is still ${job.status}.`;
      throw new JobdeckError('JOB_STILL_ACTIVE', message, 'Cancel it, or wait for its end.');
    }
    const source = { name: job.connection ?? '', engine: job.engine as RemoteEngineName };
    const engine = this.#writable(source.name);
    refuse(fromStep ? from : toJob(job).capabilities.retry, `The job ${id} can’t be run again.`);
    this.#retrying.add(id);
    const again = this.#whileSending(source, async () => {
      // The same key as long as it is the same attempt that is to follow: an engine that knows keys runs it once.
      const key = `${id}.${job.attempt + 1}`;
      const { externalId } = await engine.retry(known, { key, ...(fromStep ? { fromStep } : {}) });
      await writer.certain((tx) => bindAgain(tx, source.name, id, externalId, clock.now()));
    });
    await again.finally(() => this.#retrying.delete(id));
    return this.#detail(id);
  }

  /** Somebody looks at this job: its engine tells what else there is to know. What fails is only noted. */
  async look(id: string): Promise<void> {
    const { store, onProblem } = this.#deps;
    const found = store.read((rows) => {
      const job = rows.job(id);
      return job?.connection == null ? null : { connection: job.connection, open: openJob(rows, job) };
    });
    if (found === null) return;
    try {
      await this.#deps.reach(found.connection).engine.look?.(found.open);
    } catch (error) {
      if (!(error instanceof JobdeckError)) onProblem(error, `looking at the job ${id}`);
    }
  }

  /** What an earlier daemon was about to send when it stopped: whether it was, nobody knows. */
  async recover(): Promise<void> {
    await this.#deps.writer.certain((tx) => endUncertain(tx, this.#deps.clock.now()));
  }

  /** A connection is gone: nobody hears of its jobs any more. */
  async disconnect(source: Source): Promise<void> {
    const { writer, clock } = this.#deps;
    const error = {
      ...{ code: 'CONNECTION_REMOVED', message: `The connection ${source.name} was removed.`, details: null },
      hint: 'Add it again under this name to hear of the job.',
    };
    const lost = { source: 'probe', status: 'lost', error } as const;
    let after: string | undefined;
    for (;;) {
      const open = this.open(source.name, 500, after);
      after = open.at(-1)?.jobId;
      if (after === undefined) return;
      const now = clock.now();
      await writer.certain((tx) => {
        for (const { externalId, attempt, status } of open) {
          // One that waits for a retry is lost in the attempt that did not begin.
          const number = status === 'waiting' ? attempt + 1 : Math.max(1, attempt);
          takeFact(tx, context(source, now), { ...lost, externalId, attempt: number, at: now });
        }
      });
    }
  }

  /** Facts on unknown ids wait until what is being sent is known by its id. */
  async #whileSending(source: Source, send: () => Promise<void>): Promise<void> {
    const entry = this.#sending.get(source.name) ?? { count: 0, held: [] };
    entry.count += 1;
    this.#sending.set(source.name, entry);
    try {
      await send();
    } finally {
      entry.count -= 1;
      if (entry.count === 0) {
        this.#sending.delete(source.name);
        if (entry.held.length > 0) await this.take(source, entry.held);
      }
    }
  }

  /** What was refused is as if it had never been; of what may have arrived nobody knows. */
  async #notSent(id: string, error: unknown): Promise<never> {
    await this.#deps.writer.certain((tx) => {
      if (error instanceof JobdeckError && error.code !== 'CONNECTION_FAILED') tx.removeJob(id);
      else uncertain(tx, id, error instanceof Error ? error.message : String(error), this.#deps.clock.now());
    });
    throw error;
  }

  #writable(connection: string): RemoteEngine {
    const { engine, readOnly } = this.#deps.reach(connection);
    if (!readOnly) return engine;
    const hint = 'Add it again without --read-only to change that.';
    throw new JobdeckError('CONNECTION_READ_ONLY', `The connection ${connection} is only for looking.`, hint);
  }

  #detail(id: string): JobDetail {
    const detail = this.#deps.store.detail(id);
    if (!detail) throw new JobdeckError('JOB_NOT_FOUND', `There is no job ${id}.`, 'It may have been removed.');
    return detail;
  }
}

const context = ({ name, engine }: Source, now: number) => ({ connection: name, engine, now });

function openJob(rows: Rows, job: JobRow): OpenJob {
  const externalId = job.externalId ?? '';
  const base = rows.remote.id(job.connection ?? '', externalId)?.base ?? 0;
  return {
    ...{ jobId: job.id, externalId, attempt: Math.max(0, job.attempt - base), status: job.status, worker: job.worker },
    ...{ queuedAt: job.queuedAt, startedAt: job.startedAt, lastActivityAt: job.lastActivityAt },
    cancelRequested: job.cancelRequestedAt !== null,
  };
}

function withData(rows: Rows, job: JobRow): OpenJob & { input: unknown; metadata: unknown } {
  const data = rows.data(job.id);
  const json = (text: string | null | undefined): unknown => (text == null ? null : JSON.parse(text));
  return { ...openJob(rows, job), input: json(data?.input), metadata: json(data?.metadata) };
}

function refuse(capability: Capability | undefined, otherwise: string): void {
  if (capability?.allowed !== false) return;
  throw new JobdeckError('ENGINE_NOT_CAPABLE', capability.reason?.message ?? otherwise);
}
