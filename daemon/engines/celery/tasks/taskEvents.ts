/** Turns task events into facts. Events may be repeated, late and out of order. */
import type { Message } from '../../../../shared/messages/schema.ts';
import type { Fact } from '../../remote.ts';
import { type CustomEvent, isFinalEvent, type TaskEvent } from '../wire/events.ts';
import { readProgress } from '../wire/results.ts';
import { type AttemptEvent, attemptOfRetried, isAwaitingRetried, withEvent } from './attempts.ts';
import { argumentsUnknown, type Described, describeEvent, retryLimits } from './describe.ts';
import { attemptStateOf, type FinishedTask, type OpenTasks, type Task } from './openTasks.ts';
import { eventOutcome, failureOfEvent, workerLost } from './outcome.ts';
import { waitFor } from './waiting.ts';
import type { WorkerClocks } from './workerClocks.ts';

export interface TaskEventsDeps {
  clocks: WorkerClocks;
  now(): number;
  /** Why running tasks of this worker can't be cancelled; null if they can. */
  cancelLimit(host: string): Message | null;
  /** Whether complete results are read from the result backend. */
  seesResults(): boolean;
}

/** The fields that every fact about an event has. */
interface EventFact {
  externalId: string;
  source: 'event';
  at: number;
}

export class TaskEvents {
  readonly #tasks: OpenTasks;
  readonly #deps: TaskEventsDeps;

  constructor(tasks: OpenTasks, deps: TaskEventsDeps) {
    this.#tasks = tasks;
    this.#deps = deps;
  }

  /** A repeated event returns no facts. */
  onEvent(event: TaskEvent): Fact[] {
    const finished = this.#tasks.finished(event.id);
    if (finished !== null && !isNewAttempt(event, finished)) return this.#lateFacts(event, finished);
    const task = this.#tasks.getOrRestore(event.id);
    const fact = this.#factOf(event.id, event);
    switch (event.kind) {
      case 'received':
      case 'started':
      case 'retried': {
        const own = attemptEventOf(event.kind, event);
        const events = withEvent(task.events, own);
        if (events === task.events) return [];
        task.events = events;
        const ended = event.kind === 'retried' ? attemptOfRetried(own, events, task.baseAttempt) : null;
        return [this.#attemptFact(task, event, fact, ended), ...this.#earlierEnd(task, event, fact, ended)];
      }
      case 'sent':
        return [sentFact(task, event, fact)];
      case 'rejected':
        if (event.requeue) return [];
        break;
      case 'cancelled': {
        task.isRunning = false;
        const error = workerLost(event.host, { kind: 'disconnected' });
        return [{ ...fact, attempt: attemptStateOf(task).attempt, status: 'lost', error }];
      }
    }
    const attempt = this.#tasks.finish(event.id, attemptStateOf(task).attempt, event);
    return [{ ...fact, attempt, ...eventOutcome(event, fact.at, this.#deps.seesResults()) }];
  }

  /** Reads progress from an event that a task sends itself. */
  onCustomEvent(event: CustomEvent): Fact[] {
    const { id, name, fields } = event;
    const progress = readProgress(name === 'progress' ? 'PROGRESS' : name, fields);
    if (progress === null || this.#tasks.finished(id) !== null) return [];
    const { attempt, latestStarted, isLatestStartedOver } = attemptStateOf(this.#tasks.getOrRestore(id));
    if (isLatestStartedOver) return [];
    return [{ ...this.#factOf(id, event), attempt: latestStarted ?? attempt, status: 'running', progress }];
  }

  /** A `retried` event of an attempt that was replaced before it arrived: `ended` failed with this error. */
  #earlierEnd(task: Task, event: TaskEvent, fact: EventFact, ended: number | null): Fact[] {
    const { status, attempt } = attemptStateOf(task);
    const isLate = ended !== null && (ended < attempt - 1 || (ended < attempt && status === 'running'));
    return isLate ? [failedEarlier(event, fact, ended)] : [];
  }

  /** From `received`, `started` or `retried`: the new state of the latest attempt. `ended`: the attempt that was retried. */
  #attemptFact(task: Task, event: TaskEvent, fact: EventFact, ended: number | null): Fact {
    const state = attemptStateOf(task);
    const { status, eta } = state;
    const isRetriedMissing = isAwaitingRetried(state);
    task.isQueued = false;
    if (status === 'running') task.isRunning = true;
    if (status === 'retrying' || (status === 'received' && !isRetriedMissing)) task.isRunning = false;
    if (event.kind !== 'retried') task.host = event.host;
    const described = event.kind === 'received' ? descriptionOf(task, event) : {};
    const base = { ...fact, ...described };
    // The missing event says why the previous attempt failed.
    if (isRetriedMissing || status === 'none') return base;
    // A later attempt that was reported because of reordered events can't be withdrawn.
    const attempt = Math.max(task.reportedAttempt, state.attempt);
    task.reportedAttempt = attempt;
    const localEta = eta === null ? null : this.#deps.clocks.toLocal(event.host, eta);
    if (status === 'running') {
      const limits = { cancel: this.#deps.cancelLimit(event.host), ...described.limits };
      if (event.kind !== 'started') return { ...base, attempt, status, limits };
      return { ...base, attempt, status, worker: event.host, startedAt: fact.at, limits };
    }
    if (status === 'retrying') {
      const wait = { reason: 'retryBackoff' as const, until: localEta, detail: null };
      const error = ended === state.attempt - 1 ? { error: failureOfEvent(event.exception, event.traceback) } : {};
      return { ...base, attempt, status: 'waiting', wait, ...error };
    }
    return { ...base, attempt, status: 'waiting', wait: waitFor(localEta, fact.at, attempt), worker: event.host };
  }

  /** An event of a finished task only adds details. */
  #lateFacts(event: TaskEvent, finished: FinishedTask): Fact[] {
    const { attempt } = finished;
    const fact = this.#factOf(event.id, event);
    if (event.kind === 'received') return [{ ...fact, ...describeEvent(event) }];
    if (event.kind === 'started') return [{ ...fact, worker: event.host }];
    if (event.kind === 'retried') {
      const own = attemptEventOf(event.kind, event);
      const events = withEvent(finished.events, own);
      if (events === finished.events) return [];
      finished.events = events;
      const ended = attemptOfRetried(own, events, attempt);
      return ended < attempt ? [failedEarlier(event, fact, ended)] : [];
    }
    if (!isFinalEvent(event)) return [];
    return [{ ...fact, attempt, ...eventOutcome(event, fact.at, this.#deps.seesResults()) }];
  }

  #factOf(externalId: string, { host, timestamp }: { host: string; timestamp: number | null }): EventFact {
    const { clocks, now } = this.#deps;
    return { externalId, source: 'event', at: clocks.toLocalPast(host, timestamp, now()) };
  }
}

function attemptEventOf(kind: AttemptEvent['kind'], { process, clock, eta, retries }: TaskEvent): AttemptEvent {
  return { kind, process, clock, attempt: retries === null ? null : retries + 1, eta };
}

function failedEarlier({ exception, traceback }: TaskEvent, fact: EventFact, attempt: number): Fact {
  return { ...fact, attempt, status: 'failed', error: failureOfEvent(exception, traceback) };
}

/** From `sent`, which the client sends. */
function sentFact(task: Task, event: TaskEvent, fact: EventFact): Fact {
  task.baseAttempt = Math.max(task.baseAttempt, (event.retries ?? 0) + 1);
  const base = { ...fact, ...descriptionOf(task, event) };
  const { status, attempt } = attemptStateOf(task);
  // For a retry, the worker's event follows, which has the reason.
  if (status !== 'none' || attempt > 1) return base;
  return { ...base, attempt, status: 'waiting', wait: waitFor(event.eta, fact.at), queuedAt: fact.at };
}

function descriptionOf(task: Task, event: TaskEvent): Described {
  return { ...describeEvent(event), ...(task.hasInput ? {} : { limits: retryLimits(argumentsUnknown) }) };
}

/** Whether the event belongs to an attempt after the one that finished the task. */
function isNewAttempt({ kind, retries, process, clock }: TaskEvent, { attempt, by }: FinishedTask): boolean {
  const isBefore = by?.process === process && clock < by.clock;
  return (kind === 'received' || kind === 'sent') && retries !== null && retries + 1 > attempt && !isBefore;
}
