/** The Celery engine: follows the tasks of one application and carries out commands on them. */
import type { FromStep, RemoteSubmitRequest, TargetList } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { celeryMessage } from '../../../shared/messages/celery.ts';
import type { Fact, OpenJob, RemoteDeps, RemoteEngine, Submitted } from '../remote.ts';
import { isTimeout } from './brokers/errors.ts';
import { settleWithin } from './brokers/settleWithin.ts';
import { Canceller } from './commands/cancel.ts';
import { loadDetails } from './commands/loadDetails.ts';
import { retryTask } from './commands/retry.ts';
import { Submitter } from './commands/submit.ts';
import { Connector } from './connection/connector.ts';
import { type CeleryConnection, type Endpoints, endpointsOf } from './connection/endpoints.ts';
import { limitationNotes } from './connection/limitations.ts';
import type { LiveConnection } from './connection/session.ts';
import { EarlyResults } from './following/earlyResults.ts';
import { EventConsumer } from './following/eventConsumer.ts';
import { Outbox } from './following/outbox.ts';
import { Poller } from './following/poller.ts';
import { QueueMonitor } from './following/queueMonitor.ts';
import { Reconciler } from './following/reconciler.ts';
import { WorkerMonitor } from './following/workerMonitor.ts';
import { WorkerRegistry } from './following/workerRegistry.ts';
import { OpenTasks } from './tasks/openTasks.ts';
import { TaskEvents } from './tasks/taskEvents.ts';
import { TaskTracker } from './tasks/taskTracker.ts';
import { WorkerClocks } from './tasks/workerClocks.ts';

/** Intervals in milliseconds. */
const silenceCheckMs = 500;
const queuePollMs = 2_000;
/** Finds workers that send no heartbeats. */
const discoveryMs = 10_000;
const reconcileMs = { withOpenTasks: 30_000, withMissingTasks: 6_000, idle: 60_000 };
/** After a broker outage workers reconnect with growing delays; up to 30 s were seen after a short one. */
const reconnectGraceMs = 60_000;
/** The outbox can't be written while the disk is full. */
const flushTimeoutMs = 1_000;

export class CeleryEngine implements RemoteEngine {
  readonly #deps: RemoteDeps;
  readonly #endpoints: Endpoints | JobdeckError;
  readonly #connector: Connector;
  readonly #workers = new WorkerRegistry();
  readonly #tracker: TaskTracker;
  readonly #queues: QueueMonitor;
  readonly #workerMonitor: WorkerMonitor;
  readonly #reconciler: Reconciler;
  readonly #submitter: Submitter;
  readonly #canceller: Canceller;
  readonly #outbox: Outbox;
  readonly #earlyResults: EarlyResults;
  readonly #consumer: EventConsumer;
  readonly #poller: Poller;
  readonly #report = (facts: readonly Fact[]) => this.#outbox.push(facts);
  #started = false;
  #closed = false;
  #confirmedAt: number | null = null;
  #hasImportedResults = false;

  constructor(settings: CeleryConnection, deps: RemoteDeps) {
    this.#deps = deps;
    this.#endpoints = endpointsOrError(settings);
    const { reports, clock, onProblem } = deps;
    const now = () => clock.now();
    const report = this.#report;
    const onChanged = () => this.#reportStatus();
    const workers = this.#workers;
    const clocks = new WorkerClocks();
    const tasks = new OpenTasks((id) => reports.known(id));
    const cancelLimit = (host: string) => workers.cancelLimit(host);
    const tracker = new TaskTracker(tasks, { clocks, now, cancelLimit });
    const taskEvents = new TaskEvents(tasks, {
      clocks,
      now,
      cancelLimit,
      seesResults: () =>
        this.#connector.live?.session.results != null && this.#workerMonitor.config?.resultBackend !== null,
    });
    const queues = new QueueMonitor(settings.settings?.queues, workers, tracker);
    const { enableEvents = true } = settings.settings ?? {};
    const workerMonitor = new WorkerMonitor({ workers, enableEvents, tracker, now, report, onChanged });
    const live = () => this.#connector.requireLive();
    const canceller = new Canceller({ live, tracker, workers, queues, report, onProblem });
    const earlyResults = new EarlyResults(clock, (id, meta) => report(tracker.onResult(id, meta, 'event')));
    const consumer = new EventConsumer({
      live: () => this.#connector.live,
      clocks,
      workers,
      tracker,
      taskEvents,
      workerMonitor,
      earlyResults,
      onTaskStarted: (id) => canceller.onStarted(id),
      onTaskFinished: (id) => canceller.onFinished(id),
      now,
      report,
      onChanged,
      onProblem,
    });
    this.#outbox = new Outbox(reports, onProblem);
    this.#tracker = tracker;
    this.#queues = queues;
    this.#workerMonitor = workerMonitor;
    this.#reconciler = new Reconciler({ tracker, workers, queues, reports, now, report });
    this.#submitter = new Submitter({ live, workers, workerMonitor, now });
    this.#canceller = canceller;
    this.#earlyResults = earlyResults;
    this.#consumer = consumer;
    this.#poller = new Poller(clock, (error, about) => this.#onPollFailed(error, about));
    this.#connector = new Connector(this.#endpoints, {
      clock,
      onProblem,
      listeners: {
        onEvents: (message) => consumer.onEvents(message),
        onResult: (id, meta) => consumer.onResult(id, meta),
        onUnreadableResult: () => consumer.noteUnreadable(celeryMessage('celery.unreadableResults')),
      },
      onlineCount: () => workers.online().length,
      onWorkerReplied: (host) => consumer.onWorkerSeen(host),
      onConnected: (connection, isReconnect) => {
        // Heartbeats were missed meanwhile, and workers may reconnect later than this engine does.
        workers.grantGrace(now(), isReconnect ? reconnectGraceMs : 0);
        this.#startPolling(connection);
      },
      onDisconnected: () => this.#poller.stop(),
      onStateChanged: onChanged,
    });
  }

  start(): void {
    if (this.#started || this.#closed) return;
    this.#started = true;
    this.#connector.connect();
  }

  async reconcile(): Promise<void> {
    await this.#reconcileWith(await this.#connector.whenConnected());
  }

  async loadDetails(job: OpenJob): Promise<void> {
    const live = await this.#connector.whenConnected();
    await loadDetails(live, { tracker: this.#tracker, report: this.#report }, job);
  }

  async targets(prefix: string): Promise<TargetList['targets']> {
    const { control } = await this.#connector.whenConnected();
    if (this.#workers.taskNames().length === 0) await this.#workerMonitor.discover(control);
    const names = this.#workers.taskNames().filter((name) => name.startsWith(prefix) && !name.startsWith('celery.'));
    return names.map((name) => ({ kind: 'task', name, title: null }));
  }

  async prepare(request: RemoteSubmitRequest) {
    return await this.#connector.whileConnected(() => this.#submitter.prepare(request));
  }

  async submit(request: RemoteSubmitRequest, ids: { externalId: string | null; key: string }): Promise<Submitted> {
    return await this.#connector.whileConnected(() => this.#submitter.submit(request, ids));
  }

  async cancel(job: OpenJob): Promise<void> {
    await this.#connector.whileConnected(() => this.#canceller.cancel(job));
  }

  async retry(
    job: OpenJob & { input: unknown; metadata: unknown },
    how: { fromStep?: FromStep; key: string },
  ): Promise<Submitted> {
    const deps = { submitter: this.#submitter, queues: this.#queues, report: this.#report };
    return await this.#connector.whileConnected((live) => retryTask(live, deps, job, how));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#earlyResults.close();
    await this.#connector.close();
    await settleWithin(flushTimeoutMs, this.#outbox.settled());
  }

  #startPolling(live: LiveConnection): void {
    const { session, control } = live;
    const poller = this.#poller;
    poller.every('finding workers', {
      interval: () => discoveryMs,
      poll: () => this.#workerMonitor.discover(control),
    });
    poller.every('checking silent workers', {
      firstDelay: silenceCheckMs,
      interval: () => silenceCheckMs,
      poll: () => this.#workerMonitor.checkSilent(control),
    });
    poller.every('reading queues', {
      firstDelay: queuePollMs,
      interval: () => queuePollMs,
      poll: async () => {
        this.#report(await this.#queues.read(session.broker));
        this.#reportStatus();
      },
    });
    poller.every('reconciling', {
      interval: () => this.#reconcileInterval(),
      poll: () => this.#reconcileWith(live),
    });
  }

  #onPollFailed(error: unknown, about: string): void {
    // Failures caused by a lost connection are reported with its status.
    if (this.#connector.live === null) return;
    if (isTimeout(error)) void this.#connector.drop(error);
    else this.#deps.onProblem(error, about);
  }

  #reconcileInterval(): number {
    if (this.#reconciler.hasMissingTasks || this.#outbox.overflowed) return reconcileMs.withMissingTasks;
    return this.#tracker.size > 0 ? reconcileMs.withOpenTasks : reconcileMs.idle;
  }

  async #reconcileWith({ session, control }: LiveConnection): Promise<void> {
    this.#outbox.overflowed = false;
    if (!this.#hasImportedResults) {
      await this.#reconciler.importStoredResults(session);
      this.#hasImportedResults = true;
    }
    await this.#reconciler.run(session, control);
    await this.#outbox.settled();
    if (this.#connector.live?.session !== session) return;
    this.#confirmedAt = this.#deps.clock.now();
    this.#reportStatus();
  }

  #reportStatus(): void {
    if (this.#closed) return;
    const workers = this.#workers.list(this.#deps.clock.now());
    const version = workers.find((worker) => worker.online && worker.version !== null)?.version ?? null;
    const endpoints = this.#endpoints instanceof JobdeckError ? null : this.#endpoints;
    const notes =
      endpoints === null ? [] : [...endpoints.notes, ...limitationNotes(this.#workerMonitor.config, endpoints)];
    this.#deps.reports.status({
      ...this.#connector.state,
      version: version === null ? null : `Celery ${version}`,
      notes: [...notes, ...this.#consumer.notes],
      confirmedAt: this.#confirmedAt,
      workers,
      queues: this.#queues.list(),
    });
  }
}

function endpointsOrError(settings: CeleryConnection): Endpoints | JobdeckError {
  try {
    return endpointsOf(settings);
  } catch (error) {
    if (error instanceof JobdeckError) return error;
    throw error;
  }
}
