/** Submitting, stopping and running tasks again. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { RemoteSubmitRequest } from '../../../../shared/connection.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { Fact, OpenJob, Submitted } from '../../remote.ts';
import { type Fields, fieldsOf, numberOf, textOf } from '../../untrustedJson.ts';
import type { Asking } from '../connection/remoteControl.ts';
import type { Session } from '../connection/session.ts';
import type { QueueWatch } from '../following/queueMonitor.ts';
import type { WorkerWatch } from '../following/workerMonitor.ts';
import type { Workers } from '../following/workerRegistry.ts';
import { argumentsUnknown, callOf, compact, iso, noSteps, retryLimits } from '../tasks/describe.ts';
import type { TaskBook } from '../tasks/taskTracker.ts';
import { readQueried, type TaskInfo } from '../wire/inspectReplies.ts';
import type { ResultMeta } from '../wire/results.ts';
import type { NewTask } from '../wire/submitMessage.ts';

const maxKeys = 1_000;
const maxUnwanted = 5_000;
/** Where Celery puts a task that names no queue. */
const usualQueue = 'celery';

export interface Live {
  session: Session;
  asking: Asking;
}

export interface CommandParts {
  /** @throws JobdeckError CONNECTION_FAILED */
  live(): Live;
  book: TaskBook;
  workers: Workers;
  watch: WorkerWatch;
  queues: QueueWatch;
  clock: { now(): number };
  tell(facts: readonly Fact[]): void;
  onProblem(error: unknown, about: string): void;
}

export class Commands {
  readonly #parts: CommandParts;
  /** What was sent under which key. */
  readonly #sent = new Map<string, Submitted>();
  /** Waiting tasks that are to be dropped: should one begin, it is stopped. */
  readonly #unwanted = new Set<string>();

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  async prepare(
    request: RemoteSubmitRequest,
  ): Promise<{ externalId: string; fact: Omit<Fact, 'externalId' | 'source' | 'at'> }> {
    const task = this.#newTask(request);
    this.#parts.live();
    if (request.anyName !== true) await this.#checkName(task.name);
    const { now } = this.#parts.clock;
    const { id, name, args, kwargs, queue, eta, priority } = task;
    const isLater = eta !== null && eta > now();
    const fact = {
      ...{ title: name, type: name, queue, commandLine: callOf(name, args, kwargs), input: { args, kwargs } },
      ...(request.createdBy === undefined ? {} : { createdBy: request.createdBy }),
      status: 'waiting' as const,
      wait: {
        reason: isLater ? ('delay' as const) : ('remoteWorker' as const),
        until: isLater ? eta : null,
        detail: null,
      },
      metadata: compact({ taskId: id, task: name, queue, rootId: id, priority, eta: iso(eta) }),
      limits: retryLimits(null),
    };
    return { externalId: id, fact };
  }

  async submit(request: RemoteSubmitRequest, ids: { externalId: string | null; key: string }): Promise<Submitted> {
    return await this.#send(
      { ...this.#newTask(request), ...(ids.externalId === null ? {} : { id: ids.externalId }) },
      ids.key,
    );
  }

  async #send(task: NewTask, key: string): Promise<Submitted> {
    const before = this.#sent.get(key);
    if (before !== undefined) return before;
    const { session } = this.#parts.live();
    await session.broker.submit(task);
    const submitted = { externalId: task.id };
    this.#sent.set(key, submitted);
    if (this.#sent.size > maxKeys) this.#sent.delete(this.#sent.keys().next().value ?? key);
    return submitted;
  }

  /** @throws JobdeckError INVALID_REQUEST */
  #newTask(request: RemoteSubmitRequest): NewTask {
    const { task: name, args = [], kwargs = {}, queue = usualQueue, notBefore, priority = null } = request;
    if (
      name === undefined ||
      request.function !== undefined ||
      request.event !== undefined ||
      request.data !== undefined
    ) {
      throw new JobdeckError(
        'INVALID_REQUEST',
        'To Celery a task is submitted, by its name.',
        'Give “task”, with “args” and “kwargs” where it takes any.',
      );
    }
    const eta = notBefore === undefined ? null : Date.parse(notBefore);
    if (eta !== null && Number.isNaN(eta)) {
      throw new JobdeckError('INVALID_REQUEST', `“${notBefore}” is no time.`, 'Such as 2026-11-25T09:00:00Z.');
    }
    return { id: randomUUID(), name, args, kwargs, queue, eta, priority, origin: `${process.pid}@${hostname()}` };
  }

  /** @throws JobdeckError UNKNOWN_TARGET */
  async #checkName(name: string): Promise<void> {
    const { workers, watch, clock } = this.#parts;
    if (workers.taskNames().includes(name)) return;
    const { asking } = this.#parts.live();
    const { values } = await asking.ask('ping');
    if (values.size > 0) await watch.introduce(asking, [...values.keys()]);
    const names = workers.taskNames();
    if (names.includes(name)) return;
    const online = workers.list(clock.now()).filter(({ online }) => online).length;
    if (online === 0) {
      throw new JobdeckError(
        'UNKNOWN_TARGET',
        `No worker is there that could say whether it knows a task “${name}”.`,
        'Start a worker, or submit it with --any-name: then it waits for one.',
      );
    }
    const own = names.filter((one) => !one.startsWith('celery.'));
    throw new JobdeckError('UNKNOWN_TARGET', `No worker knows a task “${name}”.`, otherNames(name, own));
  }

  /** Removed from its queue where that can be; told to its worker otherwise. The ending comes as a fact. */
  async cancel(job: OpenJob): Promise<void> {
    const { book, tell, queues, workers } = this.#parts;
    const { session, asking } = this.#parts.live();
    const id = job.externalId;
    if (book.hasEnded(id)) return;
    const meta = (await session.results?.get(id)) ?? null;
    if (meta?.isFinal) {
      // A revoke would have newer workers write over how it ended.
      tell(book.onMeta(id, meta, 'store'));
      return;
    }
    if (!book.isRunning(id) && (await session.broker.remove?.(queues.names(), id))) {
      tell(book.cancelled(id));
      return;
    }
    const { held, answered } = await this.#find(asking, id);
    if (held !== null) {
      await this.#stop(asking, id, held);
      return;
    }
    if (answered > 0) {
      // In a queue that can't be read, or nowhere: every worker drops it, and hands that on to those that come.
      await asking.ask('revoke', { arguments: { task_id: id, terminate: false } });
      this.#drop(id);
      await session.broker.removeTaken?.(id);
      tell(book.cancelled(id));
      return;
    }
    if ((await session.broker.removeTaken?.(id)) || (job.status === 'lost' && session.broker.removeTaken)) {
      tell(book.cancelled(id));
      return;
    }
    throw new JobdeckError(
      'ENGINE_NOT_CAPABLE',
      job.worker !== null && workers.get(job.worker)?.online
        ? `The worker ${job.worker} does not answer, so nobody can be told to stop it.`
        : 'No worker answers, so nobody can be told to stop it.',
      'Start a worker and try again: it drops the task when it gets it.',
    );
  }

  async #find(
    asking: Asking,
    id: string,
  ): Promise<{ held: { host: string; info: TaskInfo } | null; answered: number }> {
    const { values } = await asking.ask('query_task', { arguments: { ids: [id] } });
    for (const [host, value] of values) {
      const info = readQueried(value).find((one) => one.id === id);
      if (info !== undefined) return { held: { host, info }, answered: values.size };
    }
    return { held: null, answered: values.size };
  }

  async #stop(asking: Asking, id: string, { host, info }: { host: string; info: TaskInfo }): Promise<void> {
    const { book, tell, workers } = this.#parts;
    if (info.state === 'active') {
      const why = workers.whyNoCancel(host);
      if (why !== null)
        throw new JobdeckError('ENGINE_NOT_CAPABLE', why, 'Stop the worker, or wait for the end of the task.');
      await this.#terminate(asking, id);
      return;
    }
    await asking.ask('revoke', { arguments: { task_id: id, terminate: false } });
    this.#drop(id);
    const { held } = await this.#find(asking, id);
    if (held?.info.state === 'active') await this.#terminate(asking, id);
    // Its worker drops it when its turn comes, which may be long; that it never runs is certain now.
    else if (!book.hasEnded(id)) tell(book.cancelled(id));
  }

  /** A worker says that it ended as soon as the signal is sent, and knows it no more: a second one can't be sent. */
  async #terminate(asking: Asking, id: string): Promise<void> {
    await asking.ask('revoke', { arguments: { task_id: id, terminate: true, signal: 'SIGTERM' } });
  }

  /** A task began: should it be one that was to be dropped, it is stopped. */
  onStarted(id: string): void {
    if (!this.#unwanted.delete(id)) return;
    const { asking } = this.#parts.live();
    this.#terminate(asking, id).catch((error: unknown) => this.#parts.onProblem(error, `stopping the task ${id}`));
  }

  #drop(id: string): void {
    this.#unwanted.add(id);
    if (this.#unwanted.size > maxUnwanted) this.#unwanted.delete(this.#unwanted.keys().next().value ?? id);
  }

  /** A task ended. */
  onEnded(id: string): void {
    this.#unwanted.delete(id);
  }

  /** Sends it again under another id. @throws JobdeckError ENGINE_NOT_CAPABLE when its arguments are not to be had. */
  async retry(
    job: OpenJob & { input: unknown; metadata: unknown },
    how: { fromStep?: unknown; key: string },
  ): Promise<Submitted> {
    if (how.fromStep !== undefined)
      throw new JobdeckError('ENGINE_NOT_CAPABLE', noSteps, 'Run it again from its beginning.');
    const before = this.#sent.get(how.key);
    if (before !== undefined) return before;
    const metadata = fieldsOf(job.metadata) ?? {};
    const { session } = this.#parts.live();
    const meta = (await session.results?.get(job.externalId)) ?? null;
    const known = inputOf(job.input) ?? inputOf(meta) ?? (await this.#searched(job.externalId));
    const name = textOf(metadata.task) ?? meta?.name ?? null;
    if (known === null || name === null) {
      throw new JobdeckError(
        'ENGINE_NOT_CAPABLE',
        known === null ? argumentsUnknown : 'The name of its task is not known.',
        'Submit it anew with its arguments.',
      );
    }
    const queue = textOf(metadata.queue) ?? meta?.queue ?? usualQueue;
    const priority = numberOf(metadata.priority);
    const origin = `${process.pid}@${hostname()}`;
    return await this.#send({ id: randomUUID(), name, ...known, queue, eta: null, priority, origin }, how.key);
  }

  /** Arguments of a task by its message, or by the worker that has it. */
  async #searched(id: string): Promise<{ args: unknown[]; kwargs: Fields } | null> {
    const { session, asking } = this.#parts.live();
    const taken = await this.#parts.queues.lookAtTaken(session.broker);
    const fact = taken.facts.find(({ externalId }) => externalId === id);
    this.#parts.tell(taken.facts);
    const { held } = await this.#find(asking, id);
    return inputOf(fact?.input) ?? inputOf(held?.info);
  }

  /** What else there is to know of a task: its arguments, the process that runs it, its result. */
  async look({ externalId: id, status }: OpenJob): Promise<void> {
    const { book, tell } = this.#parts;
    const { session, asking } = this.#parts.live();
    const meta: ResultMeta | null = (await session.results?.get(id)) ?? null;
    // That it ran once does not say that it still does.
    if (meta !== null && (meta.isFinal || status !== 'lost')) tell(book.onMeta(id, meta, 'store'));
    if (meta?.isFinal || book.hasEnded(id)) return;
    const { held } = await this.#find(asking, id);
    if (held !== null) tell(book.onInspected(held.info, held.host));
  }
}

/** What to do about a name that no worker knows. `own`: the names of the application's tasks. */
function otherNames(name: string, own: readonly string[]): string {
  if (own.length === 0)
    return 'They know no other tasks. A worker would reject it; with --any-name it is submitted all the same.';
  const last = name.split('.').at(-1) ?? name;
  const near = own.find((one) => one.split('.').at(-1) === last) ?? null;
  if (near !== null) return `Is ${near} meant? A worker would reject it; with --any-name it is submitted all the same.`;
  const shown = own.slice(0, 10).join(', ');
  return `They know: ${shown}${own.length > 10 ? ', …' : ''}. A worker would reject it; with --any-name it is submitted all the same.`;
}

function inputOf(value: unknown): { args: unknown[]; kwargs: Fields } | null {
  const fields = fieldsOf(value);
  const kwargs = fieldsOf(fields?.kwargs);
  return fields !== null && Array.isArray(fields.args) && kwargs !== null ? { args: fields.args, kwargs } : null;
}
