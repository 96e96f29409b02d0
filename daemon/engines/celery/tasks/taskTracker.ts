/**
 * What is known of the tasks that have not ended, and the facts that follow from what is heard and read of them. Nothing
 * of what ended is kept but the latest few attempts' numbers, for news that come late.
 */
import type { Fact, FactSource, OpenJob } from '../../remote.ts';
import type { RemoteClocks } from '../following/workerClocks.ts';
import { type CustomEvent, isEnding, type TaskEvent } from '../wire/events.ts';
import type { TaskInfo } from '../wire/inspectReplies.ts';
import type { TaskMessage } from '../wire/messages.ts';
import { progressOf, type ResultMeta } from '../wire/results.ts';
import { isBetween, type Mark, type Standing, standingOf, withMark } from './attempts.ts';
import {
  argumentsUnknown,
  describeEvent,
  describeInfo,
  describeMessage,
  describeMeta,
  retryLimits,
  whyNot,
} from './describe.ts';
import { endingOf, eventEnding } from './endings.ts';
import { type Ended, OpenTasks, type Task } from './openTasks.ts';
import { endingNotSeen, failureOfEvent, failureOfResult, workerLost } from './outcome.ts';

export interface BookDeps {
  clocks: RemoteClocks;
  now(): number;
  /** What is stored of a task. */
  known(id: string): (OpenJob & { input: unknown }) | null;
  /** Why a task that this worker runs can't be stopped. */
  whyNoCancel(host: string): string | null;
  /** Whether results come by the result backend, which has them whole. */
  seesResults(): boolean;
}

export class TaskBook {
  readonly #tasks: OpenTasks;
  readonly #deps: BookDeps;

  constructor(deps: BookDeps) {
    this.#deps = deps;
    this.#tasks = new OpenTasks(deps.known);
  }

  get size(): number {
    return this.#tasks.size;
  }

  hasEnded(id: string): boolean {
    return this.#tasks.ended(id) !== null;
  }

  /** Of an event. One that came before changes nothing. */
  onEvent(event: TaskEvent): Fact[] {
    const late = this.#tasks.ended(event.id);
    if (late !== null && !isNewAttempt(event, late)) return this.#lateFacts(event, late.attempt);
    const task = this.#tasks.take(event.id);
    const at = this.#at(event);
    const fact = { externalId: event.id, source: 'event', at } as const;
    const { kind } = event;
    if (kind === 'received' || kind === 'started' || kind === 'retried') {
      const attempt = event.retries === null ? null : event.retries + 1;
      const mark: Mark = { kind, process: event.process, clock: event.clock, attempt, eta: event.eta };
      const marks = withMark(task.marks, mark);
      if (marks === task.marks) return [];
      task.marks = marks;
      return [this.#marked(task, event, fact)];
    }
    if (kind === 'sent') {
      task.base = Math.max(task.base, (event.retries ?? 0) + 1);
      const described = {
        ...describeEvent(event),
        ...(task.hasInput ? {} : { limits: retryLimits(argumentsUnknown) }),
      };
      const { status, attempt } = this.#standing(task);
      // Its sender tells of a retry before the worker does, which knows why.
      if (status !== 'none' || attempt > 1) return [{ ...fact, ...described }];
      return [{ ...fact, ...described, attempt, ...waitingUntil(event.eta, at), queuedAt: at }];
    }
    if (kind === 'rejected' && event.requeue) return [];
    if (kind === 'cancelled') {
      task.running = false;
      const error = workerLost('Its worker lost the connection to the broker and gave it up.');
      return [{ ...fact, attempt: this.#standing(task).attempt, status: 'lost', error }];
    }
    const attempt = this.#tasks.end(event.id, this.#standing(task).attempt, event);
    return [{ ...fact, attempt, ...eventEnding(event, at, this.#deps.seesResults()) }];
  }

  /** Of an event that a task sends itself: its progress, when it tells one. */
  onCustom({ id, name, fields, ...event }: CustomEvent): Fact[] {
    const progress = progressOf(name === 'progress' ? 'PROGRESS' : name, fields);
    if (progress === null || this.#tasks.ended(id) !== null) return [];
    const { attempt, started, startedIsOver } = this.#standing(this.#tasks.take(id));
    if (startedIsOver) return [];
    const at = this.#at(event);
    return [{ externalId: id, source: 'event', at, attempt: started ?? attempt, status: 'running', progress }];
  }

  /** Of what the result backend has; `event`: it was told just now. */
  onMeta(id: string, meta: ResultMeta, source: FactSource): Fact[] {
    const now = this.#deps.now();
    const at = source === 'event' ? now : this.#deps.clocks.past(meta.worker, meta.doneAt, now);
    const ended = this.#tasks.ended(id);
    if (ended !== null && !meta.isFinal) return [];
    const task = ended === null ? this.#tasks.take(id) : null;
    const told = meta.retries === null ? null : meta.retries + 1;
    if (task !== null && told !== null) task.base = Math.max(task.base, told);
    const described = describeMeta(id, meta);
    if (task !== null && described.input !== undefined) task.hasInput = true;
    const fact = { externalId: id, source, at, ...described };
    if (meta.isFinal) {
      const attempt = this.#tasks.end(id, ended?.attempt ?? (task === null ? 1 : this.#standing(task).attempt));
      return [{ ...fact, attempt, ...endingOf(meta, at) }];
    }
    if (task === null) return [];
    if (meta.state === 'RETRY') return [{ ...fact, ...this.#retried(task, meta, source) }];
    const { attempt, started, startedIsOver } = this.#standing(task);
    // Told of an attempt that is over by now.
    if (startedIsOver && (told === null || told <= (started ?? 0))) return [];
    task.running = true;
    task.host = meta.worker ?? task.host;
    const progress = progressOf(meta.state, meta.result);
    return [
      {
        ...fact,
        ...{ attempt: told ?? (startedIsOver ? attempt : (started ?? attempt)), status: 'running' },
        ...(progress === null ? {} : { progress }),
      },
    ];
  }

  /** Of a message that lies in its queue. Told once, until something else is heard of it. */
  onQueued(message: TaskMessage, queue: string): Fact[] {
    const { id, retries, eta } = message;
    if (this.#tasks.ended(id) !== null) return [];
    const task = this.#tasks.take(id);
    task.base = Math.max(task.base, retries + 1);
    if (task.queued) return [];
    task.queued = true;
    if (message.args !== null) task.hasInput = true;
    const at = this.#deps.now();
    const { attempt, status } = this.#standing(task);
    const fact: Fact = { externalId: id, source: 'store', at, attempt, ...describeMessage(message, queue) };
    if (status !== 'none' || task.running) return [fact];
    const { wait } = waitingUntil(eta, at);
    const reason = retries > 0 ? 'retryBackoff' : wait.reason;
    return [{ ...fact, status: 'waiting', wait: { ...wait, reason }, worker: null }];
  }

  /** Of a message that a worker has taken, for its arguments. */
  onTaken(message: TaskMessage, queue: string | null): Fact[] {
    if (this.#tasks.ended(message.id) !== null) return [];
    const task = this.#tasks.take(message.id);
    task.base = Math.max(task.base, message.retries + 1);
    if (task.hasInput || message.args === null) return [];
    task.hasInput = true;
    const at = this.#deps.now();
    return [{ externalId: message.id, source: 'store', at, ...describeMessage(message, queue) }];
  }

  /** Of what a worker says it has. */
  onInspected(info: TaskInfo, host: string): Fact[] {
    if (this.#tasks.ended(info.id) !== null) return [];
    const task = this.#tasks.take(info.id);
    const now = this.#deps.now();
    const { attempt, started, startedIsOver } = this.#standing(task);
    const described = describeInfo(info);
    if (described.input !== undefined) task.hasInput = true;
    task.host = host;
    task.queued = false;
    const fact: Fact = {
      ...{ externalId: info.id, source: 'probe', at: now, worker: host, ...described },
      limits: { ...retryLimits(task.hasInput ? null : argumentsUnknown), cancel: whyNot(this.#deps.whyNoCancel(host)) },
    };
    if (info.state === 'active') {
      task.running = true;
      const startedAt = this.#deps.clocks.past(host, info.startedAt, now);
      const running = started !== null && !startedIsOver ? started : attempt;
      return [{ ...fact, attempt: running, status: 'running', startedAt }];
    }
    // It was just given to a process: the event of that is on its way.
    if (task.running || (started !== null && !startedIsOver)) return [fact];
    const waits = waitingUntil(info.eta, now);
    const wait = attempt > 1 ? { ...waits.wait, reason: 'retryBackoff' as const } : waits.wait;
    return [{ ...fact, attempt, status: 'waiting', wait }];
  }

  /** Its worker is gone: what ran there is lost, what waited there waits for another. `only`: of one task. */
  onWorkerGone(host: string, why: string, only?: string): Fact[] {
    const at = this.#deps.now();
    const facts: Fact[] = [];
    for (const [id, task] of this.#tasks.entries()) {
      if (task.host !== host || (only !== undefined && id !== only)) continue;
      const { attempt, started, startedIsOver } = this.#standing(task);
      task.host = null;
      if (task.running) {
        const lost = started !== null && !startedIsOver ? started : attempt;
        facts.push({ externalId: id, source: 'probe', at, attempt: lost, status: 'lost', error: workerLost(why) });
      } else facts.push({ externalId: id, source: 'probe', at, attempt, worker: null });
      task.running = false;
    }
    return facts;
  }

  /** A task of which nothing is to be found any more. */
  vanished(id: string, why: string): Fact[] {
    const { attempt } = this.#standing(this.#tasks.take(id));
    this.#tasks.forget(id);
    const error = endingNotSeen(why);
    return [{ externalId: id, source: 'probe', at: this.#deps.now(), attempt, status: 'lost', error }];
  }

  /** It was taken out of its queue, or every worker has been told to drop it. */
  cancelled(id: string): Fact[] {
    const at = this.#deps.now();
    const attempt = this.#tasks.end(id, this.#standing(this.#tasks.take(id)).attempt);
    return [{ externalId: id, source: 'probe', at, attempt, status: 'cancelled', endedAt: at }];
  }

  /** A task that is stored as open is known here too, unless it has ended meanwhile. */
  recall(id: string): void {
    if (!this.hasEnded(id)) this.#tasks.take(id);
  }

  /** Tasks that a worker is known to run. */
  runningOn(host: string): string[] {
    return [...this.#tasks.entries()].filter(([, task]) => task.host === host && task.running).map(([id]) => id);
  }

  isRunning(id: string): boolean {
    return this.#tasks.get(id)?.running === true;
  }

  /** Whether it is known when its latest attempt began, or that it has ended. */
  hasBegun(id: string): boolean {
    if (this.#tasks.ended(id) !== null) return true;
    const task = this.#tasks.get(id);
    if (task === null) return false;
    const { started, attempt } = this.#standing(task);
    return started === attempt;
  }

  /** What was lying in a queue may lie there no more: what is found is told again. */
  forgetQueued(found: ReadonlySet<string>): void {
    for (const [id, task] of this.#tasks.entries()) if (task.queued && !found.has(id)) task.queued = false;
  }

  #marked(task: Task, event: TaskEvent, fact: { externalId: string; source: 'event'; at: number }): Fact {
    const standing = this.#standing(task);
    const { status, eta } = standing;
    task.queued = false;
    if (status === 'running') task.running = true;
    if (status === 'retrying' || (status === 'received' && !isBetween(standing))) task.running = false;
    if (event.kind !== 'retried') task.host = event.host;
    const described =
      event.kind === 'received'
        ? { ...describeEvent(event), ...(task.hasInput ? {} : { limits: retryLimits(argumentsUnknown) }) }
        : {};
    const base = { ...fact, ...described };
    // The `retried` of the attempt before, which says why, is on its way.
    if (isBetween(standing)) return base;
    // What was told of a later one, when events were not in order, can't be taken back.
    const attempt = Math.max(task.told, standing.attempt);
    if (status !== 'none') task.told = attempt;
    if (status === 'running') {
      const limits = { cancel: whyNot(this.#deps.whyNoCancel(event.host)), ...described.limits };
      if (event.kind !== 'started') return { ...base, attempt, status, limits };
      return { ...base, attempt, status, worker: event.host, startedAt: fact.at, limits };
    }
    if (status === 'retrying') {
      const until = eta === null ? null : this.#deps.clocks.local(event.host, eta);
      const wait = { reason: 'retryBackoff' as const, until, detail: null };
      const error = event.kind === 'retried' ? { error: failureOfEvent(event.exception, event.traceback) } : {};
      return { ...base, attempt, status: 'waiting', wait, ...error };
    }
    if (status === 'none') return base;
    const local = eta === null ? null : this.#deps.clocks.local(event.host, eta);
    const waits = waitingUntil(local, fact.at);
    const wait = attempt > 1 ? { ...waits.wait, reason: 'retryBackoff' as const } : waits.wait;
    return { ...base, attempt, status: 'waiting', wait, worker: event.host };
  }

  /** Without events a retry is known by the result backend alone. */
  #retried(task: Task, meta: ResultMeta, source: FactSource): Partial<Fact> {
    const hasEvents = task.marks.length > 0;
    if (hasEvents && source === 'event') return {};
    if (meta.retries !== null) task.base = Math.max(task.base, meta.retries + 2);
    else if (source === 'event') task.base += 1;
    const { attempt, status } = this.#standing(task);
    if (status === 'running') return {};
    task.running = false;
    const error = failureOfResult(meta.result, meta.traceback);
    return { attempt, status: 'waiting', wait: { reason: 'retryBackoff', until: null, detail: null }, error };
  }

  #lateFacts(event: TaskEvent, attempt: number): Fact[] {
    const at = this.#at(event);
    const fact = { externalId: event.id, source: 'event', at } as const;
    if (event.kind === 'received') return [{ ...fact, ...describeEvent(event) }];
    if (event.kind === 'started') return [{ ...fact, worker: event.host }];
    if (!isEnding(event)) return [];
    return [{ ...fact, attempt, ...eventEnding(event, at, this.#deps.seesResults()) }];
  }

  #at({ host, timestamp }: { host: string; timestamp: number | null }): number {
    return this.#deps.clocks.past(host, timestamp, this.#deps.now());
  }

  #standing(task: Task): Standing {
    return standingOf(task.marks, task.base);
  }
}

/** Whether it is of an attempt after the one that ended, and not of one before it that is told late. */
function isNewAttempt({ kind, retries, process, clock }: TaskEvent, { attempt, by }: Ended): boolean {
  const isBefore = by?.process === process && clock < by.clock;
  return (kind === 'received' || kind === 'sent') && retries !== null && retries + 1 > attempt && !isBefore;
}

function waitingUntil(eta: number | null, now: number): { status: 'waiting'; wait: NonNullable<Fact['wait']> } {
  const isLater = eta !== null && eta > now;
  return {
    status: 'waiting',
    wait: { reason: isLater ? 'delay' : 'remoteWorker', until: isLater ? eta : null, detail: null },
  };
}
