/** A job as reported by its program. No method throws or blocks. Each warning is printed once to stderr. */
import { randomBytes } from 'node:crypto';
import type { NewStep, Report, StartRequest } from '../../reporting.ts';
import { type Amounts, bound, clip, failBody, logTexts, newSteps, plain, progressBody, share } from './arguments.ts';
import type { Reporter, TrackedJob } from './reporter.ts';

/** Default number of milliseconds without a report after which a job is considered lost. */
const defaultHeartbeat = 600_000;
/** Longest interval between heartbeats. */
const slowestBeat = 60_000;
/** Maximum size of a result in bytes of JSON. */
const resultLimit = 1_000_000;

type Level = 'info' | 'warning' | 'error';

/** A step of a job. */
export interface ReportedStep {
  readonly id: string;
  /** Sets the progress of the step, from 0 to 1. */
  progress(share: number, message?: string): void;
  complete(message?: string): void;
  fail(message?: string): void;
  skip(message?: string): void;
}

export class ReportedJob {
  readonly #reporter: Reporter;
  readonly #warn: (text: string) => void;
  readonly #tracked: TrackedJob;
  readonly #cancel = new AbortController();
  readonly #known: Promise<string>;
  /** Jobdeck runs this program: its output is the log, and its exit status decides the outcome. */
  readonly #isRun: boolean;
  #amounts: Amounts = { current: 0, total: null };

  /** Starts a job with `start`, or reports on the running job `id`. */
  constructor(reporter: Reporter, warn: (text: string) => void, from: { start: StartRequest } | { id: string }) {
    this.#reporter = reporter;
    this.#warn = warn;
    const start = 'start' in from ? from.start : undefined;
    const id = 'id' in from ? from.id : null;
    this.#isRun = id !== null;
    this.#amounts.total = start?.total ?? null;
    const key = start?.idempotencyKey ?? id ?? `local-${randomBytes(12).toString('base64url')}`;
    let resolveId: (id: string) => void = () => {};
    this.#known = new Promise((resolve) => {
      resolveId = resolve;
    });
    const heartbeat = start?.heartbeatMs ?? defaultHeartbeat;
    this.#tracked = {
      key,
      id,
      client: reporter.nextClient(),
      seq: 0,
      ended: false,
      beatMs: Math.min(slowestBeat, heartbeat / 3),
      started: (known) => {
        this.#tracked.id = known;
        resolveId(known);
      },
      cancelRequested: () => this.#cancel.abort(new Error('The job was cancelled.')),
    };
    if (id !== null) resolveId(id);
    // The key lets the daemon recognize a repeated start.
    reporter.add(this.#tracked, start === undefined ? undefined : { ...start, idempotencyKey: key });
  }

  /** The job's ID. Until the daemon has replied, a local placeholder. */
  get id(): string {
    return this.#tracked.id ?? this.#tracked.key;
  }

  /** Resolves with the job's ID when the daemon knows the job. */
  get known(): Promise<string> {
    return this.#known;
  }

  /** Whether the job has ended, so that nothing more can be reported. */
  get ended(): boolean {
    return this.#tracked.ended;
  }

  /** Aborted when the job is cancelled. The program decides how to react, and ends the job with `fail`. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Reports progress: `current` of `total`, in any unit. Omitted values stay unchanged. */
  progress(current: number, total?: number | null, message?: string | null): void {
    const body = progressBody(current, total, message);
    if (body !== null) this.#amounts = bound(body, this.#amounts);
    this.#report(body, 'progress() takes numbers of at least 0.');
  }

  /** Describes the current activity, shown next to the progress. */
  message(text: string, phase?: string): void {
    this.#report({
      kind: 'progress',
      message: clip(text),
      ...(phase === undefined ? {} : { phase: clip(phase, 300) }),
    });
  }

  /** Adds steps to those declared before. */
  steps(steps: readonly (string | NewStep)[]): void {
    const declared = Array.isArray(steps) ? newSteps(steps) : [];
    this.#report(declared.length > 0 ? { kind: 'steps', steps: declared } : null, 'steps() takes a list of step IDs.');
  }

  /** A declared step. It starts with its first report. */
  step(id: string): ReportedStep {
    const step = (body: object) => this.#report({ kind: 'step', id: clip(id, 200), ...body } as Report);
    const messageOf = (message?: string) => (message === undefined ? {} : { message: clip(message) });
    return {
      id,
      progress: (progress, message) => {
        const done = share(progress);
        if (done === undefined) this.#warn('Progress of a step was ignored: it must be a number from 0 to 1.');
        else step({ progress: done, ...(done < 1 ? {} : { status: 'running' }), ...messageOf(message) });
      },
      complete: (message) => step({ status: 'completed', ...messageOf(message) }),
      fail: (message) => step({ status: 'failed', ...messageOf(message) }),
      skip: (message) => step({ status: 'skipped', ...messageOf(message) }),
    };
  }

  /** Adds an entry to the timeline. `context` is any JSON. */
  info(message: string, context?: unknown): void {
    this.#say('info', message, context);
  }
  warning(message: string, context?: unknown): void {
    this.#say('warning', message, context);
  }
  error(message: string, context?: unknown): void {
    this.#say('error', message, context);
  }

  /** Appends text to the log as is, without adding a line break. */
  log(text: string): void {
    if (this.#isRun) process.stdout.write(String(text));
    else for (const part of logTexts(String(text))) this.#report({ kind: 'log', text: part });
  }

  /** Sets the result so far: any JSON. */
  result(value: unknown): void {
    this.#report({ kind: 'result', result: plain(value, resultLimit) });
  }

  /** Completes the job. A job that Jobdeck runs completes when its program exits with 0. */
  complete(result?: unknown): void {
    if (this.#isRun) {
      if (result !== undefined) this.result(result);
      return;
    }
    this.#end({ kind: 'complete', ...(result === undefined ? {} : { result: plain(result, resultLimit) }) });
  }

  /**
   * Fails the job, or cancels it if a cancellation was requested. For a job that Jobdeck runs, this only adds a
   * timeline entry; it fails when the program exits with a nonzero status.
   */
  fail(error: unknown): void {
    if (this.#isRun) {
      const { message, details } = failBody(error);
      this.error(message, details);
      return;
    }
    const cancelled = this.signal.aborted || (error instanceof Error && error.name === 'AbortError');
    this.#end({ ...failBody(error), ...(cancelled ? { cancelled } : {}) });
  }

  /** Waits up to `ms` milliseconds until the daemon has received all reports. Returns whether it has. */
  flush(ms = 5_000): Promise<boolean> {
    return this.#reporter.flush(ms);
  }

  #say(level: Level, message: string, context: unknown): void {
    const at = new Date().toISOString();
    const more = context === undefined ? {} : { context: plain(context) };
    this.#report({ kind: 'message', level, message: clip(message), at, ...more });
  }

  #end(report: Report): void {
    if (this.#tracked.ended) return;
    this.#report(report);
    this.#tracked.ended = true;
  }

  #report(report: Report | null, hint = ''): void {
    if (report === null) this.#warn(`A report was ignored: ${hint}`);
    else if (this.#tracked.ended) this.#warn(`A report was ignored: job ${this.id} has already ended.`);
    else this.#reporter.report(this.#tracked, report);
  }
}
