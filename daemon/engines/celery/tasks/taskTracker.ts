/** Tracks unfinished tasks, and turns results, queue contents and worker replies into facts. */
import type { Message } from '../../../../shared/messages/schema.ts';
import type { Fact, FactSource } from '../../remote.ts';
import type { TaskInfo } from '../wire/inspectReplies.ts';
import type { TaskMessage } from '../wire/messages.ts';
import { type ResultMeta, readProgress } from '../wire/results.ts';
import type { AttemptState } from './attempts.ts';
import { argumentsUnknown, describeMessage, describeResult, describeTaskInfo, retryLimits } from './describe.ts';
import { attemptStateOf, type OpenTasks, type Task } from './openTasks.ts';
import { failureOfResult, type LossReason, outcomeUnknown, resultOutcome, workerLost } from './outcome.ts';
import { waitFor } from './waiting.ts';
import type { WorkerClocks } from './workerClocks.ts';

export interface TaskTrackerDeps {
  clocks: WorkerClocks;
  now(): number;
  /** Why running tasks of this worker can't be cancelled; null if they can. */
  cancelLimit(host: string): Message | null;
}

export class TaskTracker {
  readonly #tasks: OpenTasks;
  readonly #deps: TaskTrackerDeps;

  constructor(tasks: OpenTasks, deps: TaskTrackerDeps) {
    this.#tasks = tasks;
    this.#deps = deps;
  }

  get size(): number {
    return this.#tasks.size;
  }

  hasFinished(id: string): boolean {
    return this.#tasks.finished(id) !== null;
  }

  /** A result from the result backend. `source` is `event` if it was just published. */
  onResult(id: string, meta: ResultMeta, source: FactSource): Fact[] {
    const now = this.#deps.now();
    const at = source === 'event' ? now : this.#deps.clocks.toLocalPast(meta.worker, meta.doneAt, now);
    const finished = this.#tasks.finished(id);
    if (finished !== null && !meta.isFinal) return [];
    const task = finished === null ? this.#tasks.getOrRestore(id) : null;
    const ownAttempt = meta.retries === null ? null : meta.retries + 1;
    if (task !== null && ownAttempt !== null) task.baseAttempt = Math.max(task.baseAttempt, ownAttempt);
    const described = describeResult(id, meta);
    if (task !== null && described.input !== undefined) task.hasInput = true;
    const fact = { externalId: id, source, at, ...described };
    if (meta.isFinal) {
      const latest = finished?.attempt ?? (task === null ? 1 : attemptStateOf(task).attempt);
      return [{ ...fact, attempt: this.#tasks.finish(id, latest), ...resultOutcome(meta, at) }];
    }
    if (task === null) return [];
    if (meta.state === 'RETRY') return [{ ...fact, ...retryFields(task, meta, source) }];
    const state = attemptStateOf(task);
    // It belongs to an attempt that is over.
    if (state.isLatestStartedOver && (ownAttempt === null || ownAttempt <= (state.latestStarted ?? 0))) return [];
    task.isRunning = true;
    task.host = meta.worker ?? task.host;
    const attempt = ownAttempt ?? runningAttempt(state);
    const progress = readProgress(meta.state, meta.result);
    return [{ ...fact, attempt, status: 'running', ...(progress === null ? {} : { progress }) }];
  }

  /** A message in its queue. Reported once, until something else is known about the task. */
  onQueued(message: TaskMessage, queue: string): Fact[] {
    const { id, retries, eta } = message;
    if (this.#tasks.finished(id) !== null) return [];
    const task = this.#tasks.getOrRestore(id);
    task.baseAttempt = Math.max(task.baseAttempt, retries + 1);
    if (task.isQueued) return [];
    task.isQueued = true;
    if (message.args !== null) task.hasInput = true;
    const at = this.#deps.now();
    const { attempt, status } = attemptStateOf(task);
    const fact: Fact = { externalId: id, source: 'store', at, attempt, ...describeMessage(message, queue) };
    if (status !== 'none' || task.isRunning) return [fact];
    return [{ ...fact, status: 'waiting', wait: waitFor(eta, at, retries + 1), worker: null }];
  }

  /** A message that a worker has received. It has the arguments. */
  onUnacked(message: TaskMessage, queue: string | null): Fact[] {
    if (this.#tasks.finished(message.id) !== null) return [];
    const task = this.#tasks.getOrRestore(message.id);
    task.baseAttempt = Math.max(task.baseAttempt, message.retries + 1);
    if (task.hasInput || message.args === null) return [];
    task.hasInput = true;
    const at = this.#deps.now();
    return [{ externalId: message.id, source: 'store', at, ...describeMessage(message, queue) }];
  }

  /** A task that a worker reports to have. */
  onInspected(info: TaskInfo, host: string): Fact[] {
    if (this.#tasks.finished(info.id) !== null) return [];
    const task = this.#tasks.getOrRestore(info.id);
    const { clocks, now, cancelLimit } = this.#deps;
    const at = now();
    const state = attemptStateOf(task);
    const described = describeTaskInfo(info);
    if (described.input !== undefined) task.hasInput = true;
    task.host = host;
    task.isQueued = false;
    const limits = { ...retryLimits(task.hasInput ? null : argumentsUnknown), cancel: cancelLimit(host) };
    const fact: Fact = { externalId: info.id, source: 'probe', at, worker: host, ...described, limits };
    if (info.state === 'active') {
      task.isRunning = true;
      const startedAt = clocks.toLocalPast(host, info.startedAt, at);
      return [{ ...fact, attempt: runningAttempt(state), status: 'running', startedAt }];
    }
    // It was just passed to a process, and its `started` event hasn't arrived yet.
    if (task.isRunning || (state.latestStarted !== null && !state.isLatestStartedOver)) return [fact];
    const { attempt } = state;
    return [{ ...fact, attempt, status: 'waiting', wait: waitFor(info.eta, at, attempt) }];
  }

  /** A worker is gone: its running tasks are lost, its waiting tasks wait for another. `only`: just this task. */
  onWorkerLost(host: string, reason: LossReason, only?: string): Fact[] {
    const at = this.#deps.now();
    const facts: Fact[] = [];
    for (const [id, task] of this.#tasks.entries()) {
      if (task.host !== host || (only !== undefined && id !== only)) continue;
      const state = attemptStateOf(task);
      task.host = null;
      const fact = { externalId: id, source: 'probe', at } as const;
      facts.push(
        task.isRunning
          ? { ...fact, attempt: runningAttempt(state), status: 'lost', error: workerLost(host, reason) }
          : { ...fact, attempt: state.attempt, worker: null },
      );
      task.isRunning = false;
    }
    return facts;
  }

  /** A task that can't be found any more. */
  onVanished(id: string, wasRunning: boolean): Fact[] {
    const { attempt } = attemptStateOf(this.#tasks.getOrRestore(id));
    this.#tasks.forget(id);
    const error = outcomeUnknown(wasRunning);
    return [{ externalId: id, source: 'probe', at: this.#deps.now(), attempt, status: 'lost', error }];
  }

  /** The task was removed from its queue, or revoked at all workers. */
  onCancelled(id: string): Fact[] {
    const at = this.#deps.now();
    const attempt = this.#tasks.finish(id, attemptStateOf(this.#tasks.getOrRestore(id)).attempt);
    return [{ externalId: id, source: 'probe', at, attempt, status: 'cancelled', endedAt: at }];
  }

  /** Loads an unfinished task from the store, unless it has finished since. */
  restore(id: string): void {
    if (!this.hasFinished(id)) this.#tasks.getOrRestore(id);
  }

  /** Running tasks of a worker. */
  runningOn(host: string): string[] {
    return [...this.#tasks.entries()].filter(([, task]) => task.host === host && task.isRunning).map(([id]) => id);
  }

  isRunning(id: string): boolean {
    return this.#tasks.get(id)?.isRunning === true;
  }

  /** Whether the start of its latest attempt is known, or the task has finished. */
  hasStarted(id: string): boolean {
    if (this.#tasks.finished(id) !== null) return true;
    const task = this.#tasks.get(id);
    if (task === null) return false;
    const { latestStarted, attempt } = attemptStateOf(task);
    return latestStarted === attempt;
  }

  /** Call after reading the queues: tasks that are no longer queued are reported again when they are queued again. */
  clearQueued(found: ReadonlySet<string>): void {
    for (const [id, task] of this.#tasks.entries()) if (task.isQueued && !found.has(id)) task.isQueued = false;
  }
}

/** The attempt that is running, for a task that is known to run. */
function runningAttempt({ attempt, latestStarted, isLatestStartedOver }: AttemptState): number {
  return isLatestStartedOver ? attempt : (latestStarted ?? attempt);
}

/** A result in the state RETRY. Without events, it is the only sign of a retry. */
function retryFields(task: Task, meta: ResultMeta, source: FactSource): Partial<Fact> {
  const hasEvents = task.events.length > 0;
  if (hasEvents && source === 'event') return {};
  if (meta.retries !== null) task.baseAttempt = Math.max(task.baseAttempt, meta.retries + 2);
  else if (source === 'event') task.baseAttempt += 1;
  const { attempt, status } = attemptStateOf(task);
  if (status === 'running') return {};
  task.isRunning = false;
  const error = failureOfResult(meta.result, meta.traceback);
  return { attempt, status: 'waiting', wait: { reason: 'retryBackoff', until: null, detail: null }, error };
}
