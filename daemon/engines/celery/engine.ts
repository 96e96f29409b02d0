/**
 * Celery, by one connection: connects and does so again, hears events and results, looks into queues, asks workers, and
 * compares all of it with what is known here.
 */

import type { FromStep, RemoteSubmitRequest, TargetList } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { plainMessage } from '../../../shared/messages/define.ts';
import { backOff } from '../backOff.ts';
import type { Fact, OpenJob, RemoteDeps, RemoteEngine, Standing, Submitted } from '../remote.ts';
import { Commands, type Live } from './commands/commands.ts';
import { ConnectionProblem, isTimeout, problemOf } from './connection/errors.ts';
import { notesOfConfig } from './connection/limitations.ts';
import { Asking } from './connection/remoteControl.ts';
import { type CeleryConnection, type Place, placeOf, Session } from './connection/session.ts';
import { atMost } from './connection/settleWithin.ts';
import { HeldEndings } from './following/earlyResults.ts';
import { Hearing } from './following/eventConsumer.ts';
import { Outbox } from './following/outbox.ts';
import { Rounds } from './following/poller.ts';
import { QueueWatch } from './following/queueMonitor.ts';
import { Reconciling } from './following/reconciler.ts';
import { RemoteClocks } from './following/workerClocks.ts';
import { WorkerWatch } from './following/workerMonitor.ts';
import { Workers } from './following/workerRegistry.ts';
import { TaskBook } from './tasks/taskTracker.ts';

/** Between looks: whether workers are silent, into the queues, for workers that send nothing. */
const checkMs = 500;
const queuesMs = 2_000;
const callMs = 10_000;
/** Celery's workers wait longer each time before they try to reach a broker again: up to 30 s were seen after a short loss. */
const comingBackMs = 60_000;
/** Between comparisons: while tasks are open, when one could not be found, and otherwise. */
const reconcileMs = { open: 30_000, unsure: 6_000, idle: 60_000 };

/** Milliseconds a lost connection is waited for at most, the first time. */
const firstRetry = 500;

export class CeleryEngine implements RemoteEngine {
  readonly #deps: RemoteDeps;
  readonly #place: Place | JobdeckError;
  readonly #workers = new Workers();
  readonly #book: TaskBook;
  readonly #queues: QueueWatch;
  readonly #watch: WorkerWatch;
  readonly #reconciling: Reconciling;
  readonly #commands: Commands;
  readonly #outbox: Outbox;
  readonly #held: HeldEndings;
  readonly #hearing: Hearing;
  readonly #rounds: Rounds;
  #live: Live | null = null;
  #connecting: Promise<void> | null = null;
  #started = false;
  #closed = false;
  #failures = 0;
  #stopWaiting: (() => void) | null = null;
  #state: Pick<Standing, 'state' | 'problem'> = { state: 'connecting', problem: null };
  #confirmedAt: number | null = null;
  #hasReadKept = false;
  #wasConnected = false;

  constructor(settings: CeleryConnection, deps: RemoteDeps) {
    this.#deps = deps;
    this.#place = placeOr(settings);
    const { reports, clock, onProblem } = deps;
    const now = () => clock.now();
    const tell = (facts: readonly Fact[]) => this.#outbox.push(facts);
    const changed = () => this.#stand();
    this.#outbox = new Outbox(reports, onProblem);
    this.#held = new HeldEndings(clock, (id, meta) => tell(this.#book.onMeta(id, meta, 'event')));
    const workers = this.#workers;
    const { enableEvents = true } = settings.settings ?? {};
    const clocks = new RemoteClocks();
    const book = new TaskBook({
      clocks,
      now,
      known: (id) => reports.known(id),
      whyNoCancel: (host) => workers.whyNoCancel(host),
      seesResults: () => this.#live?.session.results != null && this.#watch.config?.resultBackend !== null,
    });
    this.#book = book;
    this.#queues = new QueueWatch(settings.settings?.queues, workers, book);
    this.#watch = new WorkerWatch({ workers, enableEvents, book, now, tell, changed });
    this.#reconciling = new Reconciling({ book, workers, queues: this.#queues, reports, now, tell });
    const parts = { book, workers, watch: this.#watch, queues: this.#queues, clock, tell, onProblem };
    this.#commands = new Commands({ live: () => this.#alive(), ...parts });
    const heard = { ...parts, clocks, held: this.#held, commands: this.#commands, now, changed };
    this.#hearing = new Hearing({ live: () => this.#live, ...heard });
    this.#rounds = new Rounds(clock, (error, about) => {
      // What fails because the connection is gone is told by that.
      if (this.#live === null) return;
      if (isTimeout(error)) void this.#drop(error);
      else onProblem(error, about);
    });
  }

  start(): void {
    if (this.#started || this.#closed) return;
    this.#started = true;
    this.#connect();
  }

  async reconcile(): Promise<void> {
    const { session, asking } = await this.#ready();
    await this.#compare(session, asking);
  }

  async look(job: OpenJob): Promise<void> {
    await this.#ready();
    await this.#commands.look(job);
  }

  async targets(prefix: string): Promise<TargetList['targets']> {
    const { asking } = await this.#ready();
    if (this.#workers.taskNames().length === 0) await this.#watch.call(asking);
    const names = this.#workers.taskNames().filter((name) => name.startsWith(prefix) && !name.startsWith('celery.'));
    return names.map((name) => ({ kind: 'task', name, title: null }));
  }

  async prepare(request: RemoteSubmitRequest) {
    return await this.#whileConnected(() => this.#commands.prepare(request));
  }

  async submit(request: RemoteSubmitRequest, ids: { externalId: string | null; key: string }): Promise<Submitted> {
    return await this.#whileConnected(() => this.#commands.submit(request, ids));
  }

  async cancel(job: OpenJob): Promise<void> {
    await this.#whileConnected(() => this.#commands.cancel(job));
  }

  async retry(
    job: OpenJob & { input: unknown; metadata: unknown },
    how: { fromStep?: FromStep; key: string },
  ): Promise<Submitted> {
    return await this.#whileConnected(() => this.#commands.retry(job, how));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWaiting?.();
    this.#held.close();
    await this.#connecting;
    await this.#letGo();
    // While the disk is full that would last.
    await atMost(1_000, this.#outbox.settled());
  }

  #connect(): void {
    this.#connecting = this.#tryToConnect().finally(() => {
      this.#connecting = null;
    });
  }

  async #tryToConnect(): Promise<void> {
    const place = this.#place;
    if (place instanceof JobdeckError) {
      this.#stand({ state: 'refused', problem: place.toBody() });
      return;
    }
    try {
      let asking: Asking | null = null;
      const session = await Session.open(place, {
        events: (message) => this.#hearing.events(message),
        reply: (message) => asking?.onReply(message),
        result: (id, meta) => this.#hearing.result(id, meta),
        unreadableResult: () => this.#hearing.sawUnreadable('Results that are no JSON are not read.'),
        gone: (error) => this.#onGone(error),
      });
      asking = new Asking(session.broker, {
        clock: this.#deps.clock,
        online: () => this.#workers.online().length,
        heard: (host) => this.#hearing.heard(host),
      });
      if (this.#closed) {
        await session.close();
        return;
      }
      this.#failures = 0;
      // While it was gone nobody could be heard, and workers come back later than we do.
      this.#workers.grace(this.#deps.clock.now(), this.#wasConnected ? comingBackMs : 0);
      this.#wasConnected = true;
      this.#live = { session, asking };
      this.#stand({ state: 'connected', problem: null });
      this.#watchOver(session, asking);
    } catch (error) {
      this.#tryLater(error);
    }
  }

  #watchOver(session: Session, asking: Asking): void {
    this.#rounds.every(
      'calling workers',
      () => callMs,
      () => this.#watch.call(asking),
    );
    this.#rounds.every(
      'looking for silent workers',
      () => checkMs,
      () => this.#watch.check(asking),
      checkMs,
    );
    this.#rounds.every(
      'looking into queues',
      () => queuesMs,
      () => this.#lookIntoQueues(session),
      queuesMs,
    );
    this.#rounds.every(
      'comparing',
      () => this.#untilNext(),
      () => this.#compare(session, asking),
    );
  }

  #untilNext(): number {
    if (this.#reconciling.isUnsure || this.#outbox.overflowed) return reconcileMs.unsure;
    return this.#book.size > 0 ? reconcileMs.open : reconcileMs.idle;
  }

  async #compare(session: Session, asking: Asking): Promise<void> {
    this.#outbox.overflowed = false;
    if (!this.#hasReadKept) {
      await this.#reconciling.readKept(session);
      this.#hasReadKept = true;
    }
    await this.#reconciling.run(session, asking);
    await this.#outbox.settled();
    if (this.#live?.session !== session) return;
    this.#confirmedAt = this.#deps.clock.now();
    this.#stand();
  }

  async #lookIntoQueues(session: Session): Promise<void> {
    this.#outbox.push(await this.#queues.look(session.broker));
    this.#stand();
  }

  #onGone(error: unknown): void {
    this.#rounds.stop();
    this.#live?.asking.close();
    this.#live = null;
    if (!this.#closed) this.#tryLater(error);
  }

  /** It stands, but nobody answers: as when a cable was pulled. */
  async #drop(error: unknown): Promise<void> {
    const kind = this.#live?.session.broker.kind ?? 'Redis';
    const where = this.#place instanceof JobdeckError ? '' : this.#place.broker.where;
    await this.#letGo();
    this.#tryLater(problemOf(error, kind, where));
  }

  #tryLater(error: unknown): void {
    if (this.#closed) return;
    const { clock, onProblem } = this.#deps;
    const isKnown = error instanceof ConnectionProblem || error instanceof JobdeckError;
    if (!isKnown) onProblem(error, 'connecting to Celery');
    this.#stand({
      state: error instanceof ConnectionProblem ? error.state : 'unreachable',
      problem: {
        code: 'CONNECTION_FAILED',
        message: error instanceof Error ? error.message : String(error),
        hint: isKnown ? error.hint : null,
      },
    });
    const delay = backOff(this.#failures, { first: firstRetry });
    this.#failures += 1;
    this.#stopWaiting = clock.after(delay, () => {
      this.#stopWaiting = null;
      this.#connect();
    });
  }

  async #letGo(): Promise<void> {
    this.#rounds.stop();
    const live = this.#live;
    this.#live = null;
    live?.asking.close();
    await live?.session.close();
  }

  /** Once a connection that is being made is there. @throws JobdeckError CONNECTION_FAILED */
  async #ready(): Promise<Live> {
    await this.#connecting;
    return this.#alive();
  }

  /** @throws JobdeckError CONNECTION_FAILED */
  #alive(): Live {
    if (this.#live !== null) return this.#live;
    const { problem } = this.#state;
    throw new JobdeckError(
      'CONNECTION_FAILED',
      problem?.message ?? 'The connection to Celery is being made.',
      problem?.hint ?? 'Try again in a moment.',
    );
  }

  /** What a client library says when a connection breaks means only that. */
  async #whileConnected<T>(call: () => Promise<T>): Promise<T> {
    const { session } = await this.#ready();
    try {
      return await call();
    } catch (error) {
      if (error instanceof JobdeckError) throw error;
      if (error instanceof ConnectionProblem) throw error.toError();
      const text = error instanceof Error ? error.message : String(error);
      throw new JobdeckError(
        'CONNECTION_FAILED',
        `${session.broker.kind} did not take it: ${text}`,
        'Look whether it arrived before you try again.',
      );
    }
  }

  #stand(state = this.#state): void {
    this.#state = state;
    if (this.#closed) return;
    const now = this.#deps.clock.now();
    const workers = this.#workers.list(now);
    const version = workers.find((worker) => worker.online && worker.version !== null)?.version ?? null;
    const place = this.#place instanceof JobdeckError ? null : this.#place;
    const notes = place === null ? [] : [...place.notes, ...notesOfConfig(this.#watch.config, place)];
    this.#deps.reports.standing({
      ...state,
      version: version === null ? null : `Celery ${version}`,
      notes: [...new Set([...notes, ...this.#hearing.unreadable])].map(plainMessage),
      confirmedAt: this.#confirmedAt,
      workers,
      queues: this.#queues.list(),
    });
  }
}

function placeOr(settings: CeleryConnection): Place | JobdeckError {
  try {
    return placeOf(settings);
  } catch (error) {
    if (error instanceof JobdeckError) return error;
    throw error;
  }
}
