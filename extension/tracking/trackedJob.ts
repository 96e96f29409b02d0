/** A job that runs outside Jobdeck and is reported by this window. */
import { randomUUID } from 'node:crypto';
import type { DaemonClient } from '../../shared/client/http.ts';
import { daemonGone } from '../../shared/client/request.ts';
import type { ReportOf, StartRequest } from '../../shared/reporting.ts';
import { isTerminal } from '../../shared/status.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import { untilReconnected } from '../daemon/reconnect.ts';

export type TrackedOutcome = ReportOf<'complete'> | ReportOf<'fail'>;

export interface TrackedJobDeps {
  readonly access: DaemonAccess;
  /** Stops the task or command, because the job was cancelled. Called at most once. */
  stop(): void;
  log(line: string): void;
}

/** Never rejects: errors are logged. Reports are repeated if the daemon was not available. */
export class TrackedJob {
  readonly #deps: TrackedJobDeps;
  readonly #over = new AbortController();
  /** Client ID of the reports, so that none is applied twice. */
  readonly #client = randomUUID();
  readonly #started: Promise<string | null>;
  #id: string | null = null;
  /** The daemon that knows the job. */
  #daemon: DaemonClient | null = null;
  #outcome: Promise<void> | null = null;
  #stopRequested = false;

  constructor(deps: TrackedJobDeps, start: StartRequest) {
    this.#deps = deps;
    this.#started = this.#start({ ...start, idempotencyKey: `window-${this.#client}` });
  }

  /** ID of the job, or null until the daemon has created it. */
  get id(): string | null {
    return this.#id;
  }

  /** Whether reporting is over: the job has ended, or the daemon refused a report. */
  get over(): boolean {
    return this.#outcome !== null || this.#over.signal.aborted;
  }

  /** Reports the outcome, once. Resolves when delivered or refused. After a cancel, a failure is reported as cancelled. */
  end(outcome: TrackedOutcome): Promise<void> {
    const cancelled = outcome.kind === 'fail' && this.#stopRequested ? { cancelled: true } : {};
    this.#outcome ??= this.#end({ ...outcome, ...cancelled, client: this.#client, seq: 1 });
    return this.#outcome;
  }

  /**
   * Like `end`, but tries only once with the last known daemon, because the window is closing.
   */
  async endNow(outcome: TrackedOutcome): Promise<void> {
    // The feed may have shown the job before the daemon's reply arrived.
    if (this.#id === null) await this.#started;
    if (this.#id === null || this.#daemon === null || this.over) return;
    this.#outcome = this.#daemon.report(this.#id, { ...outcome, client: this.#client, seq: 1 }).then(
      () => {},
      (thrown: unknown) => void this.#fail(thrown),
    );
    await this.#outcome;
  }

  /** Sends a heartbeat. */
  async beat(): Promise<void> {
    if (this.#id === null || this.over) return;
    try {
      const client = await this.#deps.access.client();
      this.#daemon = client;
      const { status, cancelRequested } = await client.report(this.#id, { kind: 'heartbeat' });
      if (isTerminal(status)) this.abandon();
      else if (cancelRequested) this.requestStop();
    } catch (thrown) {
      // If the daemon is not available for a moment, the next heartbeat is sufficient.
      if (!daemonGone(thrown)) this.#fail(thrown);
    }
  }

  /** Called when the job was cancelled. */
  requestStop(): void {
    if (this.#stopRequested || this.over) return;
    this.#stopRequested = true;
    this.#deps.stop();
  }

  /** Stops reporting. */
  abandon(): void {
    this.#over.abort(new Error('abandoned'));
  }

  async #start(request: StartRequest): Promise<string | null> {
    const reply = await this.#deliver((client) => client.startReported(request));
    this.#id = reply?.job.id ?? null;
    return this.#id;
  }

  async #end(outcome: TrackedOutcome): Promise<void> {
    const id = await this.#started;
    if (id !== null) await this.#deliver((client) => client.report(id, outcome));
  }

  /** Sends a request until the daemon replies. Null if it refuses or reporting was stopped. */
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
      await untilReconnected(access, signal).catch(unlessAborted(signal));
    }
    return null;
  }

  #fail(thrown: unknown): null {
    const { code, message } = toJobdeckError(thrown);
    this.#deps.log(`Stopped reporting a tracked job: ${code}: ${message}`);
    this.abandon();
    return null;
  }
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
