/** The commands on jobs: each checks, decides and writes in one transaction. */
import { homedir } from 'node:os';
import { JobdeckError } from '../../shared/errors.ts';
import type { Command, JobDetail, JobStatus } from '../../shared/job.ts';
import type { CleanReply, CleanRequest, SubmitRequest } from '../../shared/protocol.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Clock } from '../clock.ts';
import type { AttemptRef } from '../engines/engine.ts';
import type { Rows } from '../store/reads.ts';
import { type JobRow, toJob } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tx.ts';
import { markNeverRun, unfinishedAttempt } from './attempts.ts';
import { checkCommand, checkCwd, checkNotBefore } from './checks.ts';
import { addDependencies, renewDependencies } from './dependencies.ts';
import { defaultTitle, defaultType } from './describe.ts';
import type { EngineCall, EngineCalls } from './engineCalls.ts';
import { newId } from './ids.ts';
import { markPaused, pauseCall } from './pausing.ts';
import type { JobCommands, Submitted } from './ports.ts';
import { defaultQueue, existingQueue } from './queues.ts';
import type { Removals } from './removals.ts';
import type { Retention } from './retention.ts';
import { fullPolicy } from './retries.ts';
import { timeline } from './timeline.ts';
import { noWait, settle } from './waiting.ts';
import type { Writer } from './writer.ts';

const engine = 'local';

export interface CommandsDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  removals: Removals;
  retention: Retention;
  clock: Clock;
}

export class Commands implements JobCommands {
  readonly #deps: CommandsDeps;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
  }

  async submit(request: SubmitRequest): Promise<JobDetail> {
    return (await this.submitOnce(request)).job;
  }

  async submitOnce(request: SubmitRequest): Promise<Submitted> {
    const { idempotencyKey: key } = request;
    // A job that is there already needs no folder any more.
    if (key === undefined || this.#deps.store.read((rows) => rows.byKey(key)) === null) await this.#check(request);
    const { id, created } = await this.#deps.writer.once((tx) => {
      const known = key === undefined ? null : tx.byKey(key);
      if (key === undefined || known === null) return { id: this.#insert(tx, request), created: true };
      tx.addEvent(known, { ...timeline.submittedAgain(key), at: this.#deps.clock.now(), attempt: null });
      return { id: known, created: false };
    });
    return { job: this.#detail(id), created };
  }

  async cancel(id: string): Promise<JobDetail> {
    const call = await this.#deps.writer.once((tx) => this.#requestCancel(tx, existing(tx, id)));
    if (call) void this.#deps.calls.cancel(call);
    return this.#detail(id);
  }

  async setPaused(id: string, paused: boolean): Promise<JobDetail> {
    const call = this.#deps.store.read((rows) => pauseCall(rows, existing(rows, id), paused));
    if (call === null) return this.#detail(id);
    if (!(await this.#deps.calls.suspend(call, paused))) {
      throw new JobdeckError('JOB_NOT_RUNNING', `The job ${id} runs no more.`, 'See how it ended with “jobdeck show”.');
    }
    // Processes have been stopped or let go: that is a fact, also on a full disk.
    await this.#deps.writer.certain((tx) => markPaused(tx, call.what, paused, this.#deps.clock.now()));
    return this.#detail(id);
  }

  async retry(id: string, command?: Command): Promise<JobDetail> {
    const { cwd } = this.#deps.store.read((rows) => retriable(ended(existing(rows, id))));
    if (command) checkCommand(command);
    await checkCwd(cwd ?? homedir());
    await this.#deps.writer.once((tx) => {
      const job = retriable(ended(existing(tx, id)));
      this.#checkEngine(job.engine);
      if (command) changeCommand(tx, job, command);
      const now = this.#deps.clock.now();
      tx.updateJob(id, {
        ...{ status: 'pending', ...noWait, queuedAt: now, lastActivityAt: now, startedAt: null, endedAt: null },
        ...{ held: 0, notBefore: null, retriesUsed: 0 },
        ...{ progress: null, error: null, exitCode: null, signal: null, cancelRequestedAt: null },
      });
      tx.updateData(id, { steps: null, result: null });
      tx.addEvent(id, { ...timeline.retried(command), at: now, attempt: null });
      renewDependencies(tx, id);
      settle(tx, id, now);
    });
    return this.#detail(id);
  }

  hold(id: string): Promise<JobDetail> {
    return this.#setHeld(id, 1);
  }

  release(id: string): Promise<JobDetail> {
    return this.#setHeld(id, 0);
  }

  async #setHeld(id: string, held: 0 | 1): Promise<JobDetail> {
    await this.#deps.writer.once((tx) => {
      const job = notStarted(tx, existing(tx, id));
      if (job.held === held) return;
      const now = this.#deps.clock.now();
      tx.updateJob(id, { held, lastActivityAt: now });
      tx.addEvent(id, { ...(held === 1 ? timeline.held() : timeline.released()), at: now, attempt: null });
      settle(tx, id, now);
    });
    return this.#detail(id);
  }

  async remove(id: string): Promise<void> {
    await this.#deps.writer.once((tx) => tx.removeJob(ended(existing(tx, id)).id));
    await this.#deps.removals.removeLogs([id]);
  }

  clear(statuses?: JobStatus[]): Promise<number> {
    return this.#deps.removals.clear(statuses);
  }

  clean(request: CleanRequest): Promise<CleanReply> {
    return this.#deps.retention.clean(request);
  }

  async #check({ command, cwd, notBefore }: SubmitRequest): Promise<void> {
    checkCommand(command);
    checkNotBefore(notBefore, this.#deps.clock.now());
    await checkCwd(cwd ?? homedir());
    this.#checkEngine(engine);
  }

  /** Inserts a new job and returns its id. */
  #insert(tx: Tx, request: SubmitRequest): string {
    const { command, cwd = homedir() } = request;
    const queue = existingQueue(tx, request.queue ?? defaultQueue).name;
    const id = newId((taken) => tx.isTaken(taken));
    const now = this.#deps.clock.now();
    const times = { createdAt: now, queuedAt: now, lastActivityAt: now };
    const notBefore = checkNotBefore(request.notBefore, now);
    tx.insertJob(
      {
        ...{ id, status: 'pending', engine, cwd, ...times },
        title: request.title?.trim() || defaultTitle(command),
        type: request.type?.trim() || defaultType(command),
        trigger: request.trigger ?? 'manual',
        queue,
        priority: request.priority ?? 'normal',
        ...{ held: request.hold === true ? 1 : 0, notBefore, timeLimitMs: request.timeLimitMs ?? null },
        workspace: request.workspace ?? null,
        createdBy: request.createdBy ?? null,
        idempotencyKey: request.idempotencyKey ?? null,
      },
      {
        command,
        retry: fullPolicy(request.retry),
        env: request.env,
        input: request.input,
        metadata: request.metadata,
      },
    );
    tx.addEvent(id, { ...timeline.submitted(), at: now, attempt: null });
    addDependencies(tx, id, request, now);
    settle(tx, id, now);
    return id;
  }

  /** Returns the call to make after the commit when there is a process to stop. */
  #requestCancel(tx: Tx, job: JobRow): EngineCall<AttemptRef> | null {
    notEnded(job);
    if (job.cancelRequestedAt !== null) return null;
    const now = this.#deps.clock.now();
    const attempt = unfinishedAttempt(tx, job);
    if (!attempt) {
      markNeverRun(tx, job, null, now);
      return null;
    }
    this.#checkEngine(job.engine);
    tx.updateJob(job.id, { cancelRequestedAt: now, lastActivityAt: now });
    tx.addEvent(job.id, { ...timeline.cancelRequested(), at: now, attempt: attempt.number });
    // While it is starting there is nothing to stop yet: the report of its start passes the cancel on.
    if (attempt.status !== 'running') return null;
    return { engine: job.engine, what: { jobId: job.id, attempt: attempt.number, launch: attempt.launch } };
  }

  #checkEngine(name: string): void {
    if (this.#deps.calls.has(name)) return;
    throw new JobdeckError('ENGINE_NOT_CAPABLE', `The engine ${name} is not in use.`, 'Configure it, then try again.');
  }

  #detail(id: string): JobDetail {
    const detail = this.#deps.store.detail(id);
    if (!detail) throw notFound(id);
    return detail;
  }
}

/** @throws JobdeckError JOB_NOT_FOUND */
function existing(rows: Rows, id: string): JobRow {
  const job = rows.job(id);
  if (!job) throw notFound(id);
  return job;
}

/** @throws JobdeckError JOB_STILL_ACTIVE */
function ended(job: JobRow): JobRow {
  if (isTerminal(job.status)) return job;
  throw new JobdeckError(
    'JOB_STILL_ACTIVE',
    `The job ${job.id} is still ${job.status}.`,
    'Cancel it, or wait for its end.',
  );
}

/** @throws JobdeckError ENGINE_NOT_CAPABLE */
function retriable(job: JobRow): JobRow {
  if (job.engine !== 'reported') return job;
  const { reason } = toJob(job).capabilities.retry;
  throw new JobdeckError('ENGINE_NOT_CAPABLE', reason ?? `The job ${job.id} can't be retried.`);
}

/** @throws JobdeckError JOB_ALREADY_ENDED */
function notEnded(job: JobRow): JobRow {
  if (!isTerminal(job.status)) return job;
  throw new JobdeckError('JOB_ALREADY_ENDED', `The job ${job.id} has already ended: it is ${job.status}.`);
}

/** @throws JobdeckError JOB_ALREADY_ENDED, JOB_ALREADY_STARTED */
function notStarted(rows: Rows, job: JobRow): JobRow {
  if (!unfinishedAttempt(rows, notEnded(job))) return job;
  throw new JobdeckError('JOB_ALREADY_STARTED', `The job ${job.id} has already started.`, 'Cancel it, then retry it.');
}

function notFound(id: string): JobdeckError {
  return new JobdeckError('JOB_NOT_FOUND', `There is no job ${id}.`, 'It may have been removed.');
}

/** The new command from now on, also in a title that was made from the old one. */
function changeCommand(tx: Tx, job: JobRow, command: Command): void {
  const old = tx.data(job.id)?.command;
  if (old && job.title === defaultTitle(JSON.parse(old) as Command))
    tx.updateJob(job.id, { title: defaultTitle(command) });
  tx.updateData(job.id, { command });
}
