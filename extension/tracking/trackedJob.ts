/** A job that runs outside Jobdeck and of which this window reports what it sees. */
import { randomUUID } from 'node:crypto';
import type { DaemonClient } from '../../shared/client/http.ts';
import { daemonGone } from '../../shared/client/request.ts';
import type { ReportOf, StartRequest } from '../../shared/reporting.ts';
import { isTerminal } from '../../shared/status.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { comeback } from '../daemon/comeback.ts';
import { toJobdeckError } from '../daemon/failure.ts';

export type TrackedEnding = ReportOf<'complete'> | ReportOf<'fail'>;

export interface TrackedJobDeps {
  readonly access: DaemonAccess;
  /** Asks what runs to stop, because somebody cancelled the job. Called once at most. */
  stop(): void;
  log(line: string): void;
}

/** Nothing here rejects: what could not be reported is in the log. What the daemon misses while it is away is made up for. */
export class TrackedJob {
  readonly #deps: TrackedJobDeps;
  readonly #over = new AbortController();
  /** Numbers the reports, so that none is taken twice. */
  readonly #client = randomUUID();
  readonly #started: Promise<string | null>;
  #id: string | null = null;
  /** The daemon that knows the job. */
  #daemon: DaemonClient | null = null;
  #ending: Promise<void> | null = null;
  #askedToStop = false;

  constructor(deps: TrackedJobDeps, start: StartRequest) {
    this.#deps = deps;
    this.#started = this.#start({ ...start, idempotencyKey: `window-${this.#client}` });
  }

  /** The job's id; null as long as the daemon does not know it. */
  get id(): string | null {
    return this.#id;
  }

  /** Nothing more is reported: it has ended, or the daemon wants no more of it. */
  get over(): boolean {
    return this.#ending !== null || this.#over.signal.aborted;
  }

  /** Reports how it ended, once; resolves when that is with the daemon, or never will be. After a cancel no failure is one. */
  end(ending: TrackedEnding): Promise<void> {
    const cancelled = ending.kind === 'fail' && this.#askedToStop ? { cancelled: true } : {};
    this.#ending ??= this.#end({ ...ending, ...cancelled, client: this.#client, seq: 1 });
    return this.#ending;
  }

  /**
   * As `end`, to the daemon as it was last known and at once, or never: the window closes, and what this needs is taken
   * down with it.
   */
  async endNow(ending: TrackedEnding): Promise<void> {
    if (this.#id === null || this.#daemon === null || this.over) return;
    this.#ending = this.#daemon.report(this.#id, { ...ending, client: this.#client, seq: 1 }).then(
      () => {},
      (thrown: unknown) => void this.#fail(thrown),
    );
    await this.#ending;
  }

  /** Says that it still runs. */
  async beat(): Promise<void> {
    if (this.#id === null || this.over) return;
    try {
      const client = await this.#deps.access.client();
      this.#daemon = client;
      const { status, cancelRequested } = await client.report(this.#id, { kind: 'heartbeat' });
      if (isTerminal(status)) this.giveUp();
      else if (cancelRequested) this.askToStop();
    } catch (thrown) {
      // One that is away for a moment hears the next.
      if (!daemonGone(thrown)) this.#fail(thrown);
    }
  }

  /** Somebody cancelled the job. */
  askToStop(): void {
    if (this.#askedToStop || this.over) return;
    this.#askedToStop = true;
    this.#deps.stop();
  }

  /** Reports nothing any more. */
  giveUp(): void {
    this.#over.abort(new Error('given up'));
  }

  async #start(request: StartRequest): Promise<string | null> {
    const reply = await this.#deliver((client) => client.startReported(request));
    this.#id = reply?.job.id ?? null;
    return this.#id;
  }

  async #end(ending: TrackedEnding): Promise<void> {
    const id = await this.#started;
    if (id !== null) await this.#deliver((client) => client.report(id, ending));
  }

  /** Asks the daemon until it answers; null when it refuses, or nothing is to be reported any more. */
  async #deliver<T>(ask: (client: DaemonClient) => Promise<T>): Promise<T | null> {
    const { access } = this.#deps;
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        this.#daemon = await access.client();
        return await ask(this.#daemon);
      } catch (thrown) {
        if (!daemonGone(thrown) && isLive(access.state)) return this.#fail(thrown);
      }
      await comeback(access, signal).catch(unlessAborted(signal));
    }
    return null;
  }

  #fail(thrown: unknown): null {
    const { code, message } = toJobdeckError(thrown);
    this.#deps.log(`A tracked job is not reported any more: ${code}: ${message}`);
    this.giveUp();
    return null;
  }
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
