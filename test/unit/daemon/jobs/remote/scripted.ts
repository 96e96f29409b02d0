/** A scripted remote engine, and a bench for tests of remote jobs. */
import { join } from 'node:path';
import { systemClock } from '../../../../../daemon/clock.ts';
import { Connections } from '../../../../../daemon/connections/connections.ts';
import type { Fact, OpenJob, RemoteDeps, RemoteEngine } from '../../../../../daemon/engines/remote.ts';
import { Warnings } from '../../../../../daemon/warnings.ts';
import type { FromStep, RemoteSubmitRequest, TargetList } from '../../../../../shared/connection.ts';
import { JobdeckError } from '../../../../../shared/errors.ts';
import type { Job } from '../../../../../shared/job.ts';
import { type Bench, openBench } from '../bench.ts';

/** Chooses IDs as Celery's clients do, unless `choosesIds` is false. */
export class ScriptedEngine implements RemoteEngine {
  readonly deps: RemoteDeps | null;
  readonly calls: unknown[][] = [];
  choosesIds = true;
  started = false;
  closed = false;
  onSubmit: () => Promise<void> = async () => {};
  onCancel: () => Promise<void> = async () => {};
  onRetry: () => Promise<void> = async () => {};
  #ids = 0;

  constructor(deps: RemoteDeps | null = null) {
    this.deps = deps;
  }

  start(): void {
    this.started = true;
  }

  async reconcile(): Promise<void> {
    this.calls.push(['reconcile']);
  }

  async loadDetails(job: OpenJob): Promise<void> {
    this.calls.push(['look', job.externalId]);
  }

  async targets(prefix: string): Promise<TargetList['targets']> {
    return [{ kind: 'task' as const, name: 'tasks.add', title: null }].filter(({ name }) => name.startsWith(prefix));
  }

  async prepare(request: RemoteSubmitRequest) {
    if (request.task === 'nosuch')
      throw new JobdeckError({ code: 'UNKNOWN_TARGET', message: 'No worker knows nosuch.', hint: null });
    const input = { args: request.args ?? [], kwargs: request.kwargs ?? {} };
    this.#ids += 1;
    return { externalId: this.choosesIds ? `sent-${this.#ids}` : null, fact: { type: request.task ?? '', input } };
  }

  async submit(_request: RemoteSubmitRequest, ids: { externalId: string | null; key: string }) {
    this.calls.push(['submit', ids.externalId]);
    await this.onSubmit();
    return { externalId: ids.externalId ?? `chosen-${this.#ids}` };
  }

  async cancel(job: OpenJob): Promise<void> {
    this.calls.push(['cancel', job.externalId]);
    await this.onCancel();
  }

  async retry(job: OpenJob & { input: unknown }, { fromStep }: { fromStep?: FromStep; key: string }) {
    this.calls.push(['retry', job.externalId, fromStep]);
    await this.onRetry();
    this.#ids += 1;
    return { externalId: `again-${this.#ids}` };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export const prod = { name: 'prod', engine: 'celery' } as const;

/** A bench with the connection `prod` to a scripted engine. */
export class RemoteBench {
  readonly bench: Bench;
  readonly engine: ScriptedEngine;
  readOnly = false;

  static async open(): Promise<RemoteBench> {
    const engine = new ScriptedEngine();
    const reach: { readOnly: boolean; engine: RemoteEngine } = { readOnly: false, engine };
    const bench = await openBench({ reach: () => reach });
    return new RemoteBench(bench, engine, reach);
  }

  private constructor(bench: Bench, engine: ScriptedEngine, reach: { readOnly: boolean }) {
    this.bench = bench;
    this.engine = engine;
    Object.defineProperty(this, 'readOnly', { set: (value: boolean) => Object.assign(reach, { readOnly: value }) });
  }

  /** Takes facts about the task `t1` unless they name another one. */
  take(...facts: (Partial<Fact> & { status?: Fact['status'] })[]): Promise<void> {
    const whole = facts.map((fact): Fact => {
      return { externalId: 't1', source: 'event', at: this.bench.clock.now(), ...fact } as Fact;
    });
    return this.bench.jobs.remote.take(prod, whole);
  }

  /** The job of a task. */
  job(externalId = 't1'): Job {
    const known = this.bench.jobs.remote.known('prod', externalId);
    const job = known && this.bench.store.job(known.jobId);
    if (!job) throw new Error(`There is no job ${externalId}.`);
    return job;
  }

  detail(externalId = 't1') {
    const detail = this.bench.store.detail(this.job(externalId).id);
    if (!detail) throw new Error(`There is no job ${externalId}.`);
    return detail;
  }

  get jobs(): Job[] {
    return this.bench.store.list({}).jobs;
  }

  end(): void {
    this.bench.end();
  }
}

/** No connections, for tests of the API that need none. */
export function noConnections(folder: string): Connections {
  const jobs = {
    take: async () => undefined,
    open: () => [],
    known: () => null,
    disconnect: async () => undefined,
    submit: () => Promise.reject(new Error('There is nothing to submit to.')),
  };
  return new Connections({
    file: join(folder, 'connections.json'),
    jobs,
    clock: systemClock,
    warnings: new Warnings(),
    load: async (engine) => {
      throw new JobdeckError({
        code: 'CONNECTION_FAILED',
        message: `Nothing answers for ${engine}.`,
        hint: 'It is not there in this test.',
      });
    },
    onProblem: () => undefined,
  });
}
