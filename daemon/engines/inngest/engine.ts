/** The Inngest engine: polls one server for its runs and carries out commands on them. */
import type { RemoteSubmitRequest, TargetList } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { inngestMessage } from '../../../shared/messages/inngest.ts';
import type { OpenJob, RemoteDeps, RemoteEngine, Submitted } from '../remote.ts';
import { cancelRun } from './commands/cancelRun.ts';
import { waitForRun } from './commands/eventRuns.ts';
import { rerun } from './commands/rerun.ts';
import { RerunRegistry } from './commands/rerunRegistry.ts';
import { initialFact, invokeFunction, parseSubmission, sendEvent } from './commands/submit.ts';
import { fetchEventNames, requireKnownTarget, targetsOf } from './commands/targets.ts';
import { type App, readApps } from './following/apps.ts';
import { connectionStatusOf } from './following/connectionStatus.ts';
import { pollInterval, rateLimitDelay, retryDelay } from './following/pollInterval.ts';
import { RunFollower } from './following/runFollower.ts';
import { WatchedRuns } from './following/watchedRuns.ts';
import { type Access, type InngestConnection, openAccess } from './http/access.ts';
import { InngestError } from './http/errors.ts';
import { loadRunDetails } from './runs/runDetails.ts';
import { probeServer, type ServerInfo } from './server.ts';

/** How often to read apps and functions and to look up open jobs that are in no list, in milliseconds. */
const slowPollMs = 60_000;
/** Notes about apps that could not be synced. */
const maxAppNotes = 5;

export class InngestEngine implements RemoteEngine {
  readonly #connection: InngestConnection;
  readonly #deps: RemoteDeps;
  readonly #access: Access;
  readonly #watched = new WatchedRuns();
  readonly #reruns: RerunRegistry;
  #server: ServerInfo | null = null;
  #follower: RunFollower | null = null;
  #apps: App[] = [];
  #confirmedAt: number | null = null;
  #error: unknown;
  #failures = 0;
  #pollDurationMs = 0;
  #lastActivityAt = 0;
  #lastSlowPollAt = 0;
  #cancelTimer: () => void = () => undefined;
  /** Polls run one at a time. */
  #queue: Promise<void> = Promise.resolve();
  #started = false;
  #closed = false;

  /** @throws JobdeckError CONNECTION_INVALID */
  constructor(connection: InngestConnection, deps: RemoteDeps) {
    this.#connection = connection;
    this.#deps = deps;
    this.#access = openAccess(connection, deps.clock.now);
    this.#reruns = new RerunRegistry(this.#access.clock);
  }

  start(): void {
    this.#started = true;
    this.#lastActivityAt = this.#deps.clock.now();
    this.#reportStatus();
    this.#schedule(0);
  }

  reconcile(): Promise<void> {
    return this.#enqueue(() => this.#connect());
  }

  async loadDetails(job: OpenJob): Promise<void> {
    const { clock } = this.#deps;
    this.#pollSoon();
    if (this.#watched.add(job, clock.now())) await this.#refreshDetails(job);
  }

  async targets(prefix: string): Promise<TargetList['targets']> {
    const [apps, seen] = await Promise.all([this.#readApps(), fetchEventNames(this.#access.api)]);
    return targetsOf(apps, seen, prefix);
  }

  async prepare(request: RemoteSubmitRequest) {
    const submission = parseSubmission(request);
    const apps = await this.#readApps();
    if (!request.anyName) requireKnownTarget(apps, submission);
    return { externalId: null, fact: initialFact(submission) };
  }

  async submit(request: RemoteSubmitRequest, { key }: { externalId: string | null; key: string }): Promise<Submitted> {
    const { api } = this.#access;
    const submission = parseSubmission(request);
    this.#pollSoon();
    if (submission.kind === 'function') return { externalId: await invokeFunction(api, submission, key) };
    const ts = submission.ts === null ? null : this.#access.clock.toServer(submission.ts);
    const { eventKey } = this.#connection.settings ?? {};
    const eventId = await sendEvent(api, { ...submission, ts }, { id: key, eventKey });
    const started = await waitForRun(api, this.#deps, { eventId, name: submission.name, key });
    this.#follower?.setWait(started.externalId, { reason: 'delay', until: submission.ts, detail: null });
    this.#pollSoon();
    return started;
  }

  async cancel(job: OpenJob): Promise<void> {
    await cancelRun(this.#access.api, job.externalId);
    this.#pollSoon();
  }

  async retry(...[job, { fromStep, key }]: Parameters<RemoteEngine['retry']>): Promise<Submitted> {
    const { api } = this.#access;
    try {
      const earlier = await this.#reruns.findEarlier(api, job, key);
      const externalId = earlier ?? (await rerun(api, job.externalId, fromStep));
      this.#reruns.succeeded(key, externalId);
      this.#pollSoon();
      return { externalId };
    } catch (error) {
      if (error instanceof JobdeckError && error.code !== 'CONNECTION_FAILED') this.#reruns.refused(key);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    this.#access.api.close();
    await this.#queue;
  }

  /** Call after a command, so that its effect shows soon. */
  #pollSoon(): void {
    this.#lastActivityAt = this.#deps.clock.now();
    if (this.#failures === 0) this.#schedule(0);
  }

  #schedule(delay: number): void {
    this.#cancelTimer();
    if (this.#closed || !this.#started) return;
    this.#cancelTimer = this.#deps.clock.after(
      delay,
      // A failure is reported with the status of the connection.
      () => void this.#enqueue(() => this.#poll()).catch(() => undefined),
    );
  }

  /** Runs a poll after those before it, reports the status, and schedules the next poll. Rejects if the poll fails. */
  #enqueue(poll: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(async () => {
      if (this.#closed) return;
      const startedAt = this.#deps.clock.now();
      try {
        await poll();
        this.#confirmedAt = this.#deps.clock.now();
        this.#error = null;
        this.#failures = 0;
        this.#pollDurationMs = this.#confirmedAt - startedAt;
      } catch (error) {
        if (this.#closed) return;
        this.#failures += 1;
        if (!(error instanceof JobdeckError)) this.#deps.onProblem(error, 'following Inngest');
        this.#error = error;
        throw error;
      } finally {
        this.#reportStatus();
        this.#schedule(this.#nextDelay());
      }
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  #nextDelay(): number {
    const error = this.#error;
    if (error instanceof InngestError && error.kind === 'rateLimited') {
      return rateLimitDelay(error.retryAfterMs, this.#failures);
    }
    if (error) return retryDelay(this.#failures);
    const quietMs = this.#deps.clock.now() - this.#lastActivityAt;
    return pollInterval({ open: this.#follower?.open.size ?? 0, quietMs, tookMs: this.#pollDurationMs });
  }

  /** Probes the server and reads everything, not only what is new. */
  async #connect(): Promise<void> {
    const { reports } = this.#deps;
    this.#server = await probeServer(this.#access);
    const deps = { ...this.#access, lists: this.#server.lists, reports };
    const follower = new RunFollower({ ...deps, functionLimits: (path) => this.#functionLimits(path) });
    this.#refreshApps();
    await follower.readAll((this.#connection.settings?.lookBackHours ?? 24) * 3_600_000);
    this.#follower = follower;
    this.#lastSlowPollAt = this.#deps.clock.now();
  }

  async #poll(): Promise<void> {
    const now = this.#deps.clock.now();
    const isRateLimited = this.#error instanceof InngestError && this.#error.kind === 'rateLimited';
    if (this.#follower === null || (this.#failures > 0 && !isRateLimited)) return this.#connect();
    if ((await this.#follower.poll()) > 0) this.#lastActivityAt = now;
    if (now - this.#lastSlowPollAt > slowPollMs) {
      this.#lastSlowPollAt = now;
      this.#refreshApps();
      await this.#follower.checkMissing();
    }
    const { open } = this.#follower;
    for (const job of this.#watched.due(now, (id) => open.has(id))) {
      // An unreadable trace must not stop the polling. If the server is down, the next poll notices.
      await this.#refreshDetails(job).catch((error: unknown) => {
        this.#watched.forget(job.externalId);
        this.#deps.onProblem(error, 'reading the steps of a run');
      });
    }
  }

  async #refreshDetails(job: OpenJob): Promise<void> {
    const fact = await loadRunDetails(this.#access.api, this.#access.clock, job);
    this.#follower?.setWait(job.externalId, fact?.wait ?? null);
    if (fact !== null && this.#watched.hasChanged(fact)) await this.#deps.reports.take([fact]);
  }

  async #readApps(): Promise<App[]> {
    this.#apps = await readApps(this.#access.api, this.#server?.lists.kind ?? 'v2');
    return this.#apps;
  }

  /** In the background: apps only add workers, limits and targets, so polling doesn't wait for them. */
  #refreshApps(): void {
    this.#readApps().then(
      () => this.#reportStatus(),
      (error: unknown) => {
        if (!this.#closed) this.#deps.onProblem(error, 'reading the apps of Inngest');
      },
    );
  }

  #functionLimits(path: string) {
    const [app] = path.split('/');
    const functions = this.#apps.find(({ id }) => id === app)?.functions;
    return functions?.find(({ id }) => `${app}/${id}` === path)?.limits ?? undefined;
  }

  #reportStatus(): void {
    if (this.#closed) return;
    const notes = [
      ...(this.#server?.notes ?? []),
      this.#access.clock.skewNote(),
      ...this.#apps
        .flatMap(({ id, error }) =>
          error === null ? [] : inngestMessage('inngest.appNotSynced', { app: id, reason: error }),
        )
        .slice(0, maxAppNotes),
      this.#follower?.truncated ? inngestMessage('inngest.runsTruncated') : null,
    ].filter((note) => note !== null);
    this.#deps.reports.status(
      connectionStatusOf({
        version: this.#server?.version ?? null,
        notes,
        confirmedAt: this.#confirmedAt,
        apps: this.#apps,
        open: this.#follower?.open ?? new Map(),
        error: this.#error,
      }),
    );
  }
}
