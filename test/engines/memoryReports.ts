/** Applies facts by the rules of `daemon/engines/remote.ts`, like the daemon, and lets tests wait for the result. */
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionStatus, Fact, OpenJob, RemoteReports } from '../../daemon/engines/remote.ts';
import type { JobError, JobStatus } from '../../shared/job.ts';

export interface ObservedAttempt {
  status: JobStatus;
  error: JobError | null;
}

export interface ObservedJob extends OpenJob {
  /** The latest values of all facts. */
  latest: Omit<Partial<Fact>, 'metadata' | 'limits'> & {
    metadata: Record<string, unknown>;
    limits: NonNullable<Fact['limits']>;
  };
  attempts: Map<number, ObservedAttempt>;
  /** All statuses so far. */
  history: string[];
  error: JobError | null;
  endedAt: number | null;
  progress: NonNullable<Fact['progress']>[];
}

const ended = new Set<JobStatus>(['completed', 'failed', 'cancelled']);

export class MemoryReports implements RemoteReports {
  readonly jobs = new Map<string, ObservedJob>();
  readonly facts: Fact[] = [];
  latest: ConnectionStatus | null = null;
  readonly statuses: ConnectionStatus[] = [];
  /** While set, no facts are accepted. */
  diskFull: Promise<void> | null = null;
  readonly #waiting = new Set<() => void>();

  async take(facts: readonly Fact[]): Promise<void> {
    await (this.diskFull ?? Promise.resolve());
    for (const fact of facts) this.#take(fact);
    this.#wake();
  }

  open(limit: number, after?: string): OpenJob[] {
    const all = [...this.jobs.values()].filter(({ status }) => !ended.has(status));
    const from = after === undefined ? 0 : all.findIndex(({ jobId }) => jobId === after) + 1;
    return all.slice(from, from + limit);
  }

  known(externalId: string): (OpenJob & { input: unknown; metadata: unknown }) | null {
    const job = this.jobs.get(externalId);
    return job === undefined ? null : { ...job, input: job.latest.input ?? null, metadata: job.latest.metadata };
  }

  status(standing: ConnectionStatus): void {
    const { state } = standing;
    if (this.latest?.state !== state) this.statuses.push(standing);
    this.latest = standing;
    this.#wake();
  }

  /** Resolves with the job when the condition holds. */
  async whenJob(externalId: string, isSo: (job: ObservedJob) => boolean): Promise<ObservedJob> {
    return await this.when(() => {
      const job = this.jobs.get(externalId);
      return job !== undefined && isSo(job) ? job : null;
    });
  }

  async whenFinished(externalId: string): Promise<ObservedJob> {
    return await this.whenJob(externalId, ({ status }) => ended.has(status));
  }

  async whenConnected(): Promise<ConnectionStatus> {
    return await this.whenStatus(({ state }) => state === 'connected');
  }

  async whenStatus(isSo: (standing: ConnectionStatus) => boolean): Promise<ConnectionStatus> {
    return await this.when(() => (this.latest !== null && isSo(this.latest) ? this.latest : null));
  }

  async when<T>(find: () => T | null): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== null) return found;
      await new Promise<void>((settle) => this.#waiting.add(settle));
    }
  }

  #wake(): void {
    for (const settle of this.#waiting) settle();
    this.#waiting.clear();
  }

  #take(fact: Fact): void {
    this.facts.push(fact);
    const job = this.jobs.get(fact.externalId) ?? this.#seen(fact);
    const { metadata, limits, progress, ...rest } = fact;
    const defined = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    job.latest = {
      ...job.latest,
      ...defined,
      metadata: { ...job.latest.metadata, ...metadata },
      limits: { ...job.latest.limits, ...limits },
    };
    if (fact.worker !== undefined) job.worker = fact.worker;
    if (progress && !ended.has(job.status) && !isDeepStrictEqual(job.progress.at(-1), progress)) {
      job.progress.push(progress);
    }
    if (fact.status !== undefined) this.#status(job, fact, fact.status);
  }

  #seen({ externalId, at }: Fact): ObservedJob {
    const job: ObservedJob = {
      jobId: `job-${this.jobs.size + 1}`,
      externalId,
      attempt: 0,
      status: 'waiting',
      worker: null,
      queuedAt: at,
      startedAt: null,
      lastActivityAt: at,
      cancelRequested: false,
      latest: { metadata: {}, limits: {} },
      attempts: new Map(),
      history: [],
      error: null,
      endedAt: null,
      progress: [],
    };
    this.jobs.set(externalId, job);
    return job;
  }

  #status(job: ObservedJob, fact: Fact, status: JobStatus): void {
    const number = fact.attempt ?? 1;
    const latest = job.attempts.get(job.attempt);
    if (number < job.attempt && status === 'failed' && fact.error && !job.attempts.get(number)?.error) {
      const attempts = new Map(job.attempts).set(number, { status, error: fact.error });
      job.attempts = new Map([...attempts].sort(([a], [b]) => a - b));
    }
    if (number < job.attempt || (number === job.attempt && latest !== undefined && ended.has(latest.status))) return;
    const isNew = number > job.attempt;
    if (status === 'waiting' && !isNew && job.status !== 'lost') return;
    if (isNew && latest !== undefined && !ended.has(latest.status)) {
      job.attempts.set(job.attempt, { status: 'failed', error: ended.has(status) ? null : (fact.error ?? null) });
    }
    if (status !== 'waiting') {
      job.attempt = number;
      job.attempts.set(number, { status, error: fact.error ?? null });
    }
    job.error = status === 'failed' || status === 'lost' ? (fact.error ?? null) : null;
    if (status === 'running') job.startedAt = fact.startedAt ?? fact.at;
    job.endedAt = ended.has(status) || status === 'lost' ? (fact.endedAt ?? fact.at) : null;
    job.lastActivityAt = fact.at;
    job.status = status;
    const shown = status === 'waiting' ? `waiting:${fact.wait?.reason ?? 'remoteWorker'}` : status;
    if (job.history.at(-1) !== shown) job.history.push(shown);
  }
}
