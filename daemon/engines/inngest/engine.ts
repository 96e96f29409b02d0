/** Inngest as an engine: one round after another as long as it is there, and again whenever it was gone. */
import type { RemoteSubmitRequest, TargetList } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import type { OpenJob, RemoteDeps, RemoteEngine, Submitted } from '../remote.ts';
import { startedBy } from './commands/eventRuns.ts';
import { eventNames } from './commands/events.ts';
import { Reruns } from './commands/rerunRegistry.ts';
import { cancelRun, rerun } from './commands/runCommands.ts';
import { expectedFact, invoke, send, submissionOf } from './commands/submit.ts';
import { type App, isListenedTo, readApps, targetsOf } from './following/apps.ts';
import { standingOf } from './following/connectionStatus.ts';
import { pause, pauseAfter, slowDown } from './following/pollInterval.ts';
import { Follow } from './following/runFollower.ts';
import { Looked } from './following/watchedRuns.ts';
import { InngestError } from './http/errors.ts';
import { type Access, accessTo, probe, type Server } from './http/server.ts';
import type { InngestConnection } from './http/settings.ts';
import { lookAt } from './runs/runDetails.ts';

/** How often apps and functions are read, and open jobs that no list has are looked up. In milliseconds. */
const slowRound = 60_000;

export class InngestEngine implements RemoteEngine {
  readonly #connection: InngestConnection;
  readonly #deps: RemoteDeps;
  readonly #access: Access;
  readonly #looked = new Looked();
  readonly #reruns: Reruns;
  #server: Server | null = null;
  #follow: Follow | null = null;
  #apps: App[] = [];
  #confirmedAt: number | null = null;
  #trouble: unknown;
  #failures = 0;
  #tookMs = 0;
  #stirredAt = 0;
  #slowAt = 0;
  #stopTimer: () => void = () => undefined;
  /** What is under way; one thing after another. */
  #turn: Promise<void> = Promise.resolve();
  #started = false;
  #closed = false;

  /** @throws JobdeckError CONNECTION_INVALID */
  constructor(connection: InngestConnection, deps: RemoteDeps) {
    this.#connection = connection;
    this.#deps = deps;
    this.#access = accessTo(connection, deps.clock.now);
    this.#reruns = new Reruns(this.#access.clock);
  }

  start(): void {
    this.#started = true;
    this.#stirredAt = this.#deps.clock.now();
    this.#tell();
    this.#schedule(0);
  }

  reconcile(): Promise<void> {
    return this.#inTurn(() => this.#connect());
  }

  async look(job: OpenJob): Promise<void> {
    const { clock } = this.#deps;
    this.#stir();
    if (this.#looked.add(job, clock.now())) await this.#lookAt(job);
  }

  async targets(prefix: string): Promise<TargetList['targets']> {
    const [apps, seen] = await Promise.all([this.#readApps(), eventNames(this.#access.api)]);
    return targetsOf(apps, seen, prefix);
  }

  async prepare(request: RemoteSubmitRequest) {
    const submission = submissionOf(request);
    const apps = await this.#readApps();
    if (submission.kind === 'event' && !request.anyName && !isListenedTo(apps, submission.name)) {
      const hint =
        'Check the name, and that its app is running and synchronised. With --any-name it is sent all the same.';
      throw new JobdeckError('UNKNOWN_TARGET', `No function listens to the event ${submission.name}.`, hint);
    }
    if (submission.kind === 'function' && !request.anyName) {
      const known = apps.some(({ id, functions }) => {
        return id === submission.app && functions.some((one) => one.id === submission.function);
      });
      const hint = 'Its name is that of the app and the function, such as shop/send-receipt. Is the app synchronised?';
      if (!known) throw new JobdeckError('UNKNOWN_TARGET', `There is no function ${request.function}.`, hint);
    }
    return { externalId: null, fact: expectedFact(submission) };
  }

  async submit(request: RemoteSubmitRequest, { key }: { externalId: string | null; key: string }): Promise<Submitted> {
    const { api } = this.#access;
    const submission = submissionOf(request);
    this.#stir();
    if (submission.kind === 'function') return { externalId: await invoke(api, submission, key) };
    const ts = submission.ts === null ? null : this.#access.clock.theirs(submission.ts);
    const { eventKey } = this.#connection.settings ?? {};
    const eventId = await send(api, { ...submission, ts }, { id: key, eventKey });
    const started = await startedBy(this.#access, this.#deps, { eventId, name: submission.name, key });
    this.#follow?.waits(started.externalId, { reason: 'delay', until: submission.ts, detail: null });
    this.#stir();
    return started;
  }

  async cancel(job: OpenJob): Promise<void> {
    await cancelRun(this.#access.api, job.externalId);
    this.#stir();
  }

  async retry(...[job, { fromStep, key }]: Parameters<RemoteEngine['retry']>): Promise<Submitted> {
    const { api } = this.#access;
    try {
      const begun = await this.#reruns.earlier(api, job, key);
      const externalId = begun ?? (await rerun(api, job.externalId, fromStep));
      this.#reruns.done(key, externalId);
      this.#stir();
      return { externalId };
    } catch (error) {
      if (error instanceof JobdeckError && error.code !== 'CONNECTION_FAILED') this.#reruns.refused(key);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopTimer();
    this.#access.api.close();
    await this.#turn;
  }

  /** Something was asked for: its effect is looked for soon. */
  #stir(): void {
    this.#stirredAt = this.#deps.clock.now();
    if (this.#failures === 0) this.#schedule(0);
  }

  #schedule(delay: number): void {
    this.#stopTimer();
    if (this.#closed || !this.#started) return;
    this.#stopTimer = this.#deps.clock.after(
      delay,
      // How it went is told by the standing.
      () => void this.#inTurn(() => this.#round()).catch(() => undefined),
    );
  }

  /** Waits for what is under way; says how it went, and goes on after a while. Rejects when it went wrong. */
  #inTurn(call: () => Promise<void>): Promise<void> {
    const run = this.#turn.then(async () => {
      if (this.#closed) return;
      const begun = this.#deps.clock.now();
      try {
        await call();
        this.#confirmedAt = this.#deps.clock.now();
        this.#trouble = null;
        this.#failures = 0;
        this.#tookMs = this.#confirmedAt - begun;
      } catch (error) {
        if (this.#closed) return;
        this.#failures += 1;
        if (!(error instanceof JobdeckError)) this.#deps.onProblem(error, 'Following Inngest');
        this.#trouble = error;
        throw error;
      } finally {
        this.#tell();
        this.#schedule(this.#delay());
      }
    });
    this.#turn = run.catch(() => undefined);
    return run;
  }

  #delay(): number {
    const trouble = this.#trouble;
    if (trouble instanceof InngestError && trouble.trouble === 'busy') {
      return slowDown(trouble.retryAfterMs, this.#failures);
    }
    if (trouble) return pauseAfter(this.#failures);
    const quietMs = this.#deps.clock.now() - this.#stirredAt;
    return pause({ open: this.#follow?.open.size ?? 0, quietMs, tookMs: this.#tookMs });
  }

  /** All of it: what is there is compared with what is known here. */
  async #connect(): Promise<void> {
    const { reports } = this.#deps;
    this.#server = await probe(this.#access);
    const deps = { ...this.#access, lists: this.#server.lists, reports };
    const follow = new Follow({ ...deps, functionLimits: (path) => this.#limits(path) });
    this.#refreshApps();
    await follow.all((this.#connection.settings?.lookBackHours ?? 24) * 3_600_000);
    this.#follow = follow;
    this.#slowAt = this.#deps.clock.now();
  }

  async #round(): Promise<void> {
    const now = this.#deps.clock.now();
    const gone = this.#failures > 0 && !(this.#trouble instanceof InngestError && this.#trouble.trouble === 'busy');
    if (this.#follow === null || gone) return this.#connect();
    if ((await this.#follow.round()) > 0) this.#stirredAt = now;
    if (now - this.#slowAt > slowRound) {
      this.#slowAt = now;
      this.#refreshApps();
      await this.#follow.check();
    }
    const { open } = this.#follow;
    for (const job of this.#looked.due(now, (id) => open.has(id))) {
      // A trace that can't be read is no reason to stop following; when nothing can be read, the next round says so.
      await this.#lookAt(job).catch((error: unknown) => {
        this.#looked.forget(job.externalId);
        this.#deps.onProblem(error, 'Reading the steps of a run');
      });
    }
  }

  async #lookAt(job: OpenJob): Promise<void> {
    const fact = await lookAt(this.#access.api, this.#access.clock, job);
    this.#follow?.waits(job.externalId, fact?.wait ?? null);
    if (fact !== null && this.#looked.isNews(fact)) await this.#deps.reports.take([fact]);
  }

  async #readApps(): Promise<App[]> {
    this.#apps = await readApps(this.#access.api, this.#server?.lists.kind ?? 'v2');
    return this.#apps;
  }

  /** Runs are followed without them: they only say who runs them and what limits them. */
  #refreshApps(): void {
    this.#readApps().then(
      () => this.#tell(),
      (error: unknown) => {
        if (!this.#closed) this.#deps.onProblem(error, 'Reading the apps of Inngest');
      },
    );
  }

  #limits(path: string) {
    const [app] = path.split('/');
    const functions = this.#apps.find(({ id }) => id === app)?.functions;
    return functions?.find(({ id }) => `${app}/${id}` === path)?.limits ?? undefined;
  }

  #tell(): void {
    if (this.#closed) return;
    const notes = [
      ...(this.#server?.notes ?? []),
      this.#access.clock.note(),
      ...this.#apps
        .filter(({ error }) => error !== null)
        .slice(0, 5)
        .map(({ id, error }) => `Its app ${id} could not be synchronised: ${error}`),
      this.#follow?.truncated ? 'Only the latest 2,000 runs that have not ended are followed.' : null,
    ].filter((note) => note !== null);
    this.#deps.reports.standing(
      standingOf({
        ...{ version: this.#server?.version ?? null, notes, confirmedAt: this.#confirmedAt, apps: this.#apps },
        ...{ open: this.#follow?.open ?? new Map(), trouble: this.#trouble },
      }),
    );
  }
}
