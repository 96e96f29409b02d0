/** The commands on jobs: each checks, decides and writes in one transaction. */
import { homedir } from 'node:os';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail, JobStatus } from '../../shared/job.ts';
import type { CleanReply, CleanRequest, RetryRequest, SubmitRequest } from '../../shared/protocol.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Clock } from '../clock.ts';
import type { AttemptRef } from '../engines/engine.ts';
import { checkPattern } from '../progress/pattern.ts';
import type { Rows } from '../store/reads.ts';
import { type JobRow, toJob } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tx.ts';
import { unfinishedAttempt } from './attempts/attempts.ts';
import { requestCancel, requestRetry } from './attempts/requests.ts';
import { markPaused, pauseCall } from './control/pausing.ts';
import type { EngineCall, EngineCalls } from './engineCalls.ts';
import { groupEngine } from './groups/derive.ts';
import { notCancelling } from './groups/membership.ts';
import { GroupCommands } from './kinds/group.ts';
import { timeline } from './life/timeline.ts';
import type { JobCommands, Submitted } from './ports.ts';
import { checkMayCancel, checkMayRetry } from './queues/queues.ts';
import type { RemoteJobs } from './remote/remoteJobs.ts';
import type { Removals } from './retention/removals.ts';
import type { Retention } from './retention/retention.ts';
import { checkCommand, checkCwd, checkEnvironment, checkNotBefore } from './submission/checks.ts';
import { insertJob, localEngine } from './submission/submission.ts';
import { settle } from './waiting/waiting.ts';
import type { Writer } from './writer.ts';

export interface CommandsDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  removals: Removals;
  retention: Retention;
  remote: RemoteJobs;
  clock: Clock;
}

export class Commands implements Omit<JobCommands, 'input' | 'forceFail' | 'forceFailAll'> {
  readonly #deps: CommandsDeps;
  readonly #groups: GroupCommands;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
    this.#groups = new GroupCommands(deps);
  }

  /** Goes on with what an earlier daemon did not come to finish. */
  recover(): Promise<void> {
    return this.#groups.recover();
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
      if (key === undefined || known === null) {
        return { id: insertJob(tx, request, this.#deps.clock.now()), created: true };
      }
      tx.addEvent(known, { ...timeline.submittedAgain(key), at: this.#deps.clock.now(), attempt: null });
      return { id: known, created: false };
    });
    return { job: this.#detail(id), created };
  }

  async cancel(id: string): Promise<JobDetail> {
    if (this.#isGroup(id)) {
      await this.#groups.cancel(id);
      return this.#detail(id);
    }
    if (this.#isRemote(id)) return this.#deps.remote.cancel(id);
    const call = await this.#deps.writer.once((tx) => this.#requestCancel(tx, existing(tx, id)));
    if (call) void this.#deps.calls.cancel(call);
    return this.#detail(id);
  }

  async setPaused(id: string, paused: boolean): Promise<JobDetail> {
    const call = this.#deps.store.read((rows) => pauseCall(rows, existing(rows, id), paused));
    if (call === null) return this.#detail(id);
    if (!(await this.#deps.calls.suspend(call, paused))) throw runsNoMore(id);
    // Processes have been stopped or let go: that is a fact, also on a full disk.
    await this.#deps.writer.certain((tx) => markPaused(tx, call.what, paused, this.#deps.clock.now()));
    return this.#detail(id);
  }

  async retry(id: string, { command, fromStep }: RetryRequest = {}): Promise<JobDetail> {
    if (this.#isRemote(id)) {
      if (command) throw new JobdeckError('INVALID_REQUEST', 'It runs elsewhere, and has no command.', 'Leave it out.');
      return this.#deps.remote.retry(id, fromStep);
    }
    if (fromStep)
      throw new JobdeckError(
        'ENGINE_NOT_CAPABLE',
        'Only an engine that keeps the results of steps can begin with one.',
      );
    if (this.#isGroup(id)) {
      if (command)
        throw new JobdeckError('INVALID_REQUEST', 'A group has no command.', 'Retry one of its jobs with it.');
      await this.#groups.retry(id);
      return this.#detail(id);
    }
    const { cwd } = this.#deps.store.read((rows) => retryable(rows, id));
    if (command) checkCommand(command);
    await checkCwd(cwd ?? homedir());
    await this.#deps.writer.once((tx) => {
      const job = retryable(tx, id);
      this.#checkEngine(job.engine);
      if (job.parentId !== null) notCancelling(tx.job(job.parentId));
      requestRetry(tx, job, command, this.#deps.clock.now());
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
    if (this.#isGroup(id)) {
      throw new JobdeckError('ENGINE_NOT_CAPABLE', `${id} is a group.`, 'Hold its jobs, or pause their queue.');
    }
    if (this.#isRemote(id)) {
      throw new JobdeckError(
        'ENGINE_NOT_CAPABLE',
        'It waits at its engine, which can’t hold it.',
        'Cancel it instead.',
      );
    }
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
    if (this.#isGroup(id)) return this.#groups.remove(id);
    await this.#deps.writer.once((tx) => tx.removeJob(ended(existing(tx, id)).id));
    await this.#deps.removals.removeLogs([id]);
  }

  clear(statuses?: JobStatus[]): Promise<number> {
    return this.#deps.removals.clear(statuses);
  }

  clean(request: CleanRequest): Promise<CleanReply> {
    return this.#deps.retention.clean(request);
  }

  async #check({ command, cwd, env, notBefore, stdin, outputProgress }: SubmitRequest): Promise<void> {
    checkCommand(command);
    checkEnvironment(env);
    if (outputProgress) checkPattern(outputProgress.pattern);
    checkNotBefore(notBefore, this.#deps.clock.now());
    await checkCwd(cwd ?? homedir());
    this.#checkEngine(localEngine);
    if (stdin !== true || this.#deps.calls.takesInput(localEngine)) return;
    const hint = 'Leave out --stdin, and have it read from a file.';
    throw new JobdeckError('ENGINE_NOT_CAPABLE', "Jobs can't be sent input on this system.", hint);
  }

  /** Returns the call to make after the commit when there is a process to stop. */
  #requestCancel(tx: Tx, job: JobRow): EngineCall<AttemptRef> | null {
    notEnded(job);
    if (job.cancelRequestedAt !== null) return null;
    checkMayCancel(job);
    if (unfinishedAttempt(tx, job)) this.#checkEngine(job.engine);
    return requestCancel(tx, job, this.#deps.clock.now());
  }

  #isGroup(id: string): boolean {
    return this.#deps.store.read((rows) => rows.job(id)?.engine === groupEngine);
  }

  #isRemote(id: string): boolean {
    return this.#deps.store.read((rows) => rows.job(id)?.connection ?? null) !== null;
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
export function existing(rows: Rows, id: string): JobRow {
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

/** @throws JobdeckError JOB_NOT_FOUND, JOB_STILL_ACTIVE, ENGINE_NOT_CAPABLE, UNKNOWN_QUEUE, FORBIDDEN_BY_QUEUE */
function retryable(rows: Rows, id: string): JobRow {
  const job = ended(existing(rows, id));
  if (job.engine === 'reported') {
    const { reason } = toJob(job).capabilities.retry;
    throw new JobdeckError('ENGINE_NOT_CAPABLE', reason?.message ?? `The job ${job.id} can't be retried.`);
  }
  checkMayRetry(rows, job);
  return job;
}

/** @throws JobdeckError JOB_ALREADY_ENDED */
export function notEnded(job: JobRow): JobRow {
  if (!isTerminal(job.status)) return job;
  throw new JobdeckError('JOB_ALREADY_ENDED', `The job ${job.id} has already ended: it is ${job.status}.`);
}

/** @throws JobdeckError JOB_ALREADY_ENDED, JOB_ALREADY_STARTED */
function notStarted(rows: Rows, job: JobRow): JobRow {
  if (!unfinishedAttempt(rows, notEnded(job))) return job;
  throw new JobdeckError('JOB_ALREADY_STARTED', `The job ${job.id} has already started.`, 'Cancel it, then retry it.');
}

export function runsNoMore(id: string): JobdeckError {
  return new JobdeckError('JOB_NOT_RUNNING', `The job ${id} runs no more.`, 'See how it ended with “jobdeck show”.');
}

export function notFound(id: string): JobdeckError {
  return new JobdeckError('JOB_NOT_FOUND', `There is no job ${id}.`, 'It may have been removed.');
}
