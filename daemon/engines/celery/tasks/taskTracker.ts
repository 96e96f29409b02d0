/**
 * What is known of the tasks that have not ended, and the facts that follow from what is heard and read of them. Nothing
 * of what ended is kept but the latest few attempts' numbers, for news that come late.
 */
import type { Message } from '../../../../shared/messages/schema.ts';
import type { Fact, FactSource, OpenJob } from '../../remote.ts';
import { type CustomEvent, isFinalEvent, type TaskEvent } from '../wire/events.ts';
import type { TaskInfo } from '../wire/inspectReplies.ts';
import type { TaskMessage } from '../wire/messages.ts';
import { type ResultMeta, readProgress } from '../wire/results.ts';
import { type AttemptEvent, type AttemptState, attemptState, isAwaitingRetried, withEvent } from './attempts.ts';
import {
  argumentsUnknown,
  describeEvent,
  describeMessage,
  describeResult,
  describeTaskInfo,
  retryLimits,
} from './describe.ts';
import { type FinishedTask, OpenTasks, type Task } from './openTasks.ts';
import {
  eventOutcome,
  failureOfEvent,
  failureOfResult,
  type LossReason,
  outcomeUnknown,
  resultOutcome,
  workerLost,
} from './outcome.ts';
import type { WorkerClocks } from './workerClocks.ts';

export interface TaskTrackerDeps {
  clocks: WorkerClocks;
  now(): number;
  /** What is stored of a task. */
  known(id: string): (OpenJob & { input: unknown }) | null;
  /** Why a running task of this worker can't be cancelled; null if it can. */
  cancelLimit(host: string): Message | null;
  /** Whether results come by the result backend, which has them whole. */
  seesResults(): boolean;
}

export class TaskTracker {
  readonly #tasks: OpenTasks;
  readonly #deps: TaskTrackerDeps;

  constructor(deps: TaskTrackerDeps) {
    this.#deps = deps;
    this.#tasks = new OpenTasks(deps.known);
  }

  get size(): number {
    return this.#tasks.size;
  }

  hasFinished(id: string): boolean {
    return this.#tasks.finished(id) !== null;
  }

  /** Of an event. One that came before changes nothing. */
  onEvent(event: TaskEvent): Fact[] {
    const late = this.#tasks.finished(event.id);
    if (late !== null && !isNewAttempt(event, late)) return this.#lateFacts(event, late.attempt);
    const task = this.#tasks.getOrRestore(event.id);
    const at = this.#eventTime(event);
    const fact = { externalId: event.id, source: 'event', at } as const;
    const { kind } = event;
    if (kind === 'received' || kind === 'started' || kind === 'retried') {
      const attempt = event.retries === null ? null : event.retries + 1;
      const mark: AttemptEvent = { kind, process: event.process, clock: event.clock, attempt, eta: event.eta };
      const marks = withEvent(task.events, mark);
      if (marks === task.events) return [];
      task.events = marks;
      return [this.#attemptFact(task, event, fact)];
    }
    if (kind === 'sent') {
      task.baseAttempt = Math.max(task.baseAttempt, (event.retries ?? 0) + 1);
      const described = {
        ...describeEvent(event),
        ...(task.hasInput ? {} : { limits: retryLimits(argumentsUnknown) }),
      };
      const { status, attempt } = this.#attemptState(task);
      // Its sender tells of a retry before the worker does, which knows why.
      if (status !== 'none' || attempt > 1) return [{ ...fact, ...described }];
      return [{ ...fact, ...described, attempt, ...waitingFields(event.eta, at), queuedAt: at }];
    }
    if (kind === 'rejected' && event.requeue) return [];
    if (kind === 'cancelled') {
      task.isRunning = false;
      const error = workerLost(event.host, { kind: 'disconnected' });
      return [{ ...fact, attempt: this.#attemptState(task).attempt, status: 'lost', error }];
    }
    const attempt = this.#tasks.finish(event.id, this.#attemptState(task).attempt, event);
    return [{ ...fact, attempt, ...eventOutcome(event, at, this.#deps.seesResults()) }];
  }

  /** Of an event that a task sends itself: its progress, when it tells one. */
  onCustomEvent({ id, name, fields, ...event }: CustomEvent): Fact[] {
    const progress = readProgress(name === 'progress' ? 'PROGRESS' : name, fields);
    if (progress === null || this.#tasks.finished(id) !== null) return [];
    const { attempt, latestStarted, isLatestStartedOver } = this.#attemptState(this.#tasks.getOrRestore(id));
    if (isLatestStartedOver) return [];
    const at = this.#eventTime(event);
    return [{ externalId: id, source: 'event', at, attempt: latestStarted ?? attempt, status: 'running', progress }];
  }

  /** Of what the result backend has; `event`: it was told just now. */
  onResult(id: string, meta: ResultMeta, source: FactSource): Fact[] {
    const now = this.#deps.now();
    const at = source === 'event' ? now : this.#deps.clocks.toLocalPast(meta.worker, meta.doneAt, now);
    const ended = this.#tasks.finished(id);
    if (ended !== null && !meta.isFinal) return [];
    const task = ended === null ? this.#tasks.getOrRestore(id) : null;
    const told = meta.retries === null ? null : meta.retries + 1;
    if (task !== null && told !== null) task.baseAttempt = Math.max(task.baseAttempt, told);
    const described = describeResult(id, meta);
    if (task !== null && described.input !== undefined) task.hasInput = true;
    const fact = { externalId: id, source, at, ...described };
    if (meta.isFinal) {
      const attempt = this.#tasks.finish(id, ended?.attempt ?? (task === null ? 1 : this.#attemptState(task).attempt));
      return [{ ...fact, attempt, ...resultOutcome(meta, at) }];
    }
    if (task === null) return [];
    if (meta.state === 'RETRY') return [{ ...fact, ...this.#retryFields(task, meta, source) }];
    const { attempt, latestStarted, isLatestStartedOver } = this.#attemptState(task);
    // Told of an attempt that is over by now.
    if (isLatestStartedOver && (told === null || told <= (latestStarted ?? 0))) return [];
    task.isRunning = true;
    task.host = meta.worker ?? task.host;
    const progress = readProgress(meta.state, meta.result);
    return [
      {
        ...fact,
        ...{ attempt: told ?? (isLatestStartedOver ? attempt : (latestStarted ?? attempt)), status: 'running' },
        ...(progress === null ? {} : { progress }),
      },
    ];
  }

  /** Of a message that lies in its queue. Told once, until something else is heard of it. */
  onQueued(message: TaskMessage, queue: string): Fact[] {
    const { id, retries, eta } = message;
    if (this.#tasks.finished(id) !== null) return [];
    const task = this.#tasks.getOrRestore(id);
    task.baseAttempt = Math.max(task.baseAttempt, retries + 1);
    if (task.isQueued) return [];
    task.isQueued = true;
    if (message.args !== null) task.hasInput = true;
    const at = this.#deps.now();
    const { attempt, status } = this.#attemptState(task);
    const fact: Fact = { externalId: id, source: 'store', at, attempt, ...describeMessage(message, queue) };
    if (status !== 'none' || task.isRunning) return [fact];
    const { wait } = waitingFields(eta, at);
    const reason = retries > 0 ? 'retryBackoff' : wait.reason;
    return [{ ...fact, status: 'waiting', wait: { ...wait, reason }, worker: null }];
  }

  /** Of a message that a worker has taken, for its arguments. */
  onUnacked(message: TaskMessage, queue: string | null): Fact[] {
    if (this.#tasks.finished(message.id) !== null) return [];
    const task = this.#tasks.getOrRestore(message.id);
    task.baseAttempt = Math.max(task.baseAttempt, message.retries + 1);
    if (task.hasInput || message.args === null) return [];
    task.hasInput = true;
    const at = this.#deps.now();
    return [{ externalId: message.id, source: 'store', at, ...describeMessage(message, queue) }];
  }

  /** Of what a worker says it has. */
  onInspected(info: TaskInfo, host: string): Fact[] {
    if (this.#tasks.finished(info.id) !== null) return [];
    const task = this.#tasks.getOrRestore(info.id);
    const now = this.#deps.now();
    const { attempt, latestStarted, isLatestStartedOver } = this.#attemptState(task);
    const described = describeTaskInfo(info);
    if (described.input !== undefined) task.hasInput = true;
    task.host = host;
    task.isQueued = false;
    const fact: Fact = {
      ...{ externalId: info.id, source: 'probe', at: now, worker: host, ...described },
      limits: { ...retryLimits(task.hasInput ? null : argumentsUnknown), cancel: this.#deps.cancelLimit(host) },
    };
    if (info.state === 'active') {
      task.isRunning = true;
      const startedAt = this.#deps.clocks.toLocalPast(host, info.startedAt, now);
      const running = latestStarted !== null && !isLatestStartedOver ? latestStarted : attempt;
      return [{ ...fact, attempt: running, status: 'running', startedAt }];
    }
    // It was just given to a process: the event of that is on its way.
    if (task.isRunning || (latestStarted !== null && !isLatestStartedOver)) return [fact];
    const waits = waitingFields(info.eta, now);
    const wait = attempt > 1 ? { ...waits.wait, reason: 'retryBackoff' as const } : waits.wait;
    return [{ ...fact, attempt, status: 'waiting', wait }];
  }

  /** Its worker is gone: what ran there is lost, what waited there waits for another. `only`: of one task. */
  onWorkerLost(host: string, reason: LossReason, only?: string): Fact[] {
    const at = this.#deps.now();
    const facts: Fact[] = [];
    for (const [id, task] of this.#tasks.entries()) {
      if (task.host !== host || (only !== undefined && id !== only)) continue;
      const { attempt, latestStarted, isLatestStartedOver } = this.#attemptState(task);
      task.host = null;
      if (task.isRunning) {
        const lost = latestStarted !== null && !isLatestStartedOver ? latestStarted : attempt;
        facts.push({
          externalId: id,
          source: 'probe',
          at,
          attempt: lost,
          status: 'lost',
          error: workerLost(host, reason),
        });
      } else facts.push({ externalId: id, source: 'probe', at, attempt, worker: null });
      task.isRunning = false;
    }
    return facts;
  }

  /** A task of which nothing is to be found any more. */
  onVanished(id: string, wasRunning: boolean): Fact[] {
    const { attempt } = this.#attemptState(this.#tasks.getOrRestore(id));
    this.#tasks.forget(id);
    const error = outcomeUnknown(wasRunning);
    return [{ externalId: id, source: 'probe', at: this.#deps.now(), attempt, status: 'lost', error }];
  }

  /** It was taken out of its queue, or every worker has been told to drop it. */
  onCancelled(id: string): Fact[] {
    const at = this.#deps.now();
    const attempt = this.#tasks.finish(id, this.#attemptState(this.#tasks.getOrRestore(id)).attempt);
    return [{ externalId: id, source: 'probe', at, attempt, status: 'cancelled', endedAt: at }];
  }

  /** A task that is stored as open is known here too, unless it has ended meanwhile. */
  restore(id: string): void {
    if (!this.hasFinished(id)) this.#tasks.getOrRestore(id);
  }

  /** Tasks that a worker is known to run. */
  runningOn(host: string): string[] {
    return [...this.#tasks.entries()].filter(([, task]) => task.host === host && task.isRunning).map(([id]) => id);
  }

  isRunning(id: string): boolean {
    return this.#tasks.get(id)?.isRunning === true;
  }

  /** Whether it is known when its latest attempt began, or that it has ended. */
  hasStarted(id: string): boolean {
    if (this.#tasks.finished(id) !== null) return true;
    const task = this.#tasks.get(id);
    if (task === null) return false;
    const { latestStarted, attempt } = this.#attemptState(task);
    return latestStarted === attempt;
  }

  /** What was lying in a queue may lie there no more: what is found is told again. */
  clearQueued(found: ReadonlySet<string>): void {
    for (const [id, task] of this.#tasks.entries()) if (task.isQueued && !found.has(id)) task.isQueued = false;
  }

  #attemptFact(task: Task, event: TaskEvent, fact: { externalId: string; source: 'event'; at: number }): Fact {
    const standing = this.#attemptState(task);
    const { status, eta } = standing;
    task.isQueued = false;
    if (status === 'running') task.isRunning = true;
    if (status === 'retrying' || (status === 'received' && !isAwaitingRetried(standing))) task.isRunning = false;
    if (event.kind !== 'retried') task.host = event.host;
    const described =
      event.kind === 'received'
        ? { ...describeEvent(event), ...(task.hasInput ? {} : { limits: retryLimits(argumentsUnknown) }) }
        : {};
    const base = { ...fact, ...described };
    // The `retried` of the attempt before, which says why, is on its way.
    if (isAwaitingRetried(standing)) return base;
    // What was told of a later one, when events were not in order, can't be taken back.
    const attempt = Math.max(task.reportedAttempt, standing.attempt);
    if (status !== 'none') task.reportedAttempt = attempt;
    if (status === 'running') {
      const limits = { cancel: this.#deps.cancelLimit(event.host), ...described.limits };
      if (event.kind !== 'started') return { ...base, attempt, status, limits };
      return { ...base, attempt, status, worker: event.host, startedAt: fact.at, limits };
    }
    if (status === 'retrying') {
      const until = eta === null ? null : this.#deps.clocks.toLocal(event.host, eta);
      const wait = { reason: 'retryBackoff' as const, until, detail: null };
      const error = event.kind === 'retried' ? { error: failureOfEvent(event.exception, event.traceback) } : {};
      return { ...base, attempt, status: 'waiting', wait, ...error };
    }
    if (status === 'none') return base;
    const local = eta === null ? null : this.#deps.clocks.toLocal(event.host, eta);
    const waits = waitingFields(local, fact.at);
    const wait = attempt > 1 ? { ...waits.wait, reason: 'retryBackoff' as const } : waits.wait;
    return { ...base, attempt, status: 'waiting', wait, worker: event.host };
  }

  /** Without events a retry is known by the result backend alone. */
  #retryFields(task: Task, meta: ResultMeta, source: FactSource): Partial<Fact> {
    const hasEvents = task.events.length > 0;
    if (hasEvents && source === 'event') return {};
    if (meta.retries !== null) task.baseAttempt = Math.max(task.baseAttempt, meta.retries + 2);
    else if (source === 'event') task.baseAttempt += 1;
    const { attempt, status } = this.#attemptState(task);
    if (status === 'running') return {};
    task.isRunning = false;
    const error = failureOfResult(meta.result, meta.traceback);
    return { attempt, status: 'waiting', wait: { reason: 'retryBackoff', until: null, detail: null }, error };
  }

  #lateFacts(event: TaskEvent, attempt: number): Fact[] {
    const at = this.#eventTime(event);
    const fact = { externalId: event.id, source: 'event', at } as const;
    if (event.kind === 'received') return [{ ...fact, ...describeEvent(event) }];
    if (event.kind === 'started') return [{ ...fact, worker: event.host }];
    if (!isFinalEvent(event)) return [];
    return [{ ...fact, attempt, ...eventOutcome(event, at, this.#deps.seesResults()) }];
  }

  #eventTime({ host, timestamp }: { host: string; timestamp: number | null }): number {
    return this.#deps.clocks.toLocalPast(host, timestamp, this.#deps.now());
  }

  #attemptState(task: Task): AttemptState {
    return attemptState(task.events, task.baseAttempt);
  }
}

/** Whether it is of an attempt after the one that ended, and not of one before it that is told late. */
function isNewAttempt({ kind, retries, process, clock }: TaskEvent, { attempt, by }: FinishedTask): boolean {
  const isBefore = by?.process === process && clock < by.clock;
  return (kind === 'received' || kind === 'sent') && retries !== null && retries + 1 > attempt && !isBefore;
}

function waitingFields(eta: number | null, now: number): { status: 'waiting'; wait: NonNullable<Fact['wait']> } {
  const isLater = eta !== null && eta > now;
  return {
    status: 'waiting',
    wait: { reason: isLater ? 'delay' : 'remoteWorker', until: isLater ? eta : null, detail: null },
  };
}
