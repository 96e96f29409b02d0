/** Submits tasks. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { RemoteSubmitRequest } from '../../../../shared/connection.ts';
import type { JobdeckError } from '../../../../shared/errors.ts';
import { readInstant } from '../../../../shared/isoTime.ts';
import { celeryProblem } from '../../../../shared/messages/celery.ts';
import type { Fact, Submitted } from '../../remote.ts';
import type { LiveConnection } from '../connection/session.ts';
import type { WorkerMonitor } from '../following/workerMonitor.ts';
import type { WorkerRegistry } from '../following/workerRegistry.ts';
import { formatCall, retryLimits, toIso, withoutNulls } from '../tasks/describe.ts';
import type { NewTask } from '../wire/submitMessage.ts';

/** The queue that Celery uses for tasks without one. */
export const defaultQueue = 'celery';
const maxKeys = 1_000;

export interface SubmitterDeps {
  /** @throws JobdeckError CONNECTION_FAILED */
  live(): LiveConnection;
  workers: WorkerRegistry;
  workerMonitor: WorkerMonitor;
  now(): number;
}

export class Submitter {
  readonly #deps: SubmitterDeps;
  /** Submitted tasks by idempotency key. */
  readonly #submitted = new Map<string, Submitted>();

  constructor(deps: SubmitterDeps) {
    this.#deps = deps;
  }

  /** Checks a request and chooses the task's ID. @throws JobdeckError as `RemoteEngine.prepare` */
  async prepare(
    request: RemoteSubmitRequest,
  ): Promise<{ externalId: string; fact: Omit<Fact, 'externalId' | 'source' | 'at'> }> {
    const task = newTask(request);
    this.#deps.live();
    if (request.anyName !== true) await this.#requireKnownTask(task.name);
    const { id, name, args, kwargs, queue, eta, priority } = task;
    const isLater = eta !== null && eta > this.#deps.now();
    return {
      externalId: id,
      fact: {
        title: name,
        type: name,
        queue,
        commandLine: formatCall(name, args, kwargs),
        input: { args, kwargs },
        ...(request.createdBy === undefined ? {} : { createdBy: request.createdBy }),
        status: 'waiting',
        wait: { reason: isLater ? 'delay' : 'remoteWorker', until: isLater ? eta : null, detail: null },
        metadata: withoutNulls({ taskId: id, task: name, queue, rootId: id, priority, eta: toIso(eta) }),
        limits: retryLimits(null),
      },
    };
  }

  async submit(request: RemoteSubmitRequest, ids: { externalId: string | null; key: string }): Promise<Submitted> {
    const task = newTask(request);
    return await this.send({ ...task, id: ids.externalId ?? task.id }, ids.key);
  }

  /** The task that was submitted with the key before; null if there is none. */
  submittedWith(key: string): Submitted | null {
    return this.#submitted.get(key) ?? null;
  }

  /** Sends the task to the broker, once per key. */
  async send(task: NewTask, key: string): Promise<Submitted> {
    const before = this.#submitted.get(key);
    if (before !== undefined) return before;
    const { session } = this.#deps.live();
    await session.broker.submit(task);
    const submitted = { externalId: task.id };
    this.#submitted.set(key, submitted);
    if (this.#submitted.size > maxKeys) this.#submitted.delete(this.#submitted.keys().next().value ?? key);
    return submitted;
  }

  /** @throws JobdeckError UNKNOWN_TARGET */
  async #requireKnownTask(name: string): Promise<void> {
    const { workers, workerMonitor, now } = this.#deps;
    if (workers.taskNames().includes(name)) return;
    // The task may be registered with a worker that hasn't been inspected yet.
    const { control } = this.#deps.live();
    const { values } = await control.request('ping');
    if (values.size > 0) await workerMonitor.inspect(control, [...values.keys()]);
    const names = workers.taskNames();
    if (names.includes(name)) return;
    if (workers.list(now()).every(({ online }) => !online)) {
      throw celeryProblem('UNKNOWN_TARGET/noWorkers', { task: name });
    }
    throw unknownTask(
      name,
      names.filter((one) => !one.startsWith('celery.')),
    );
  }
}

/** @throws JobdeckError INVALID_REQUEST */
function newTask(request: RemoteSubmitRequest): NewTask {
  const { task: name, args = [], kwargs = {}, queue = defaultQueue, notBefore, priority = null } = request;
  const isOther = request.function !== undefined || request.event !== undefined || request.data !== undefined;
  if (name === undefined || isOther) throw celeryProblem('INVALID_REQUEST/taskRequired');
  const eta = notBefore === undefined ? null : readInstant(notBefore);
  if (notBefore !== undefined && eta === null) {
    throw celeryProblem('INVALID_REQUEST/taskTime', { text: notBefore });
  }
  return { id: randomUUID(), name, args, kwargs, queue, eta, priority, origin: origin() };
}

/** Identifies the sender as Celery does, by process and host. */
export function origin(): string {
  return `${process.pid}@${hostname()}`;
}

/** `known`: names of the application's tasks, without Celery's built-in ones. */
function unknownTask(task: string, known: readonly string[]): JobdeckError {
  if (known.length === 0) return celeryProblem('UNKNOWN_TARGET/noTasks', { task });
  const last = (name: string) => name.split('.').at(-1);
  const similar = known.find((one) => last(one) === last(task));
  if (similar !== undefined) return celeryProblem('UNKNOWN_TARGET/similarTask', { task, similar });
  const tasks = `${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}`;
  return celeryProblem('UNKNOWN_TARGET/task', { task, tasks });
}
