/** A job as its program reports it. No method throws, waits or fails; what can't be reported is said once on stderr. */
import { randomBytes } from 'node:crypto';
import type { NewStep, Report, StartRequest } from '../../reporting.ts';
import { type Amounts, bound, clip, failBody, logTexts, newSteps, plain, progressBody, share } from './arguments.ts';
import type { Reporter, TrackedJob } from './reporter.ts';

/** Milliseconds after which a silent job counts as lost, unless it is started with others. */
const defaultHeartbeat = 600_000;
/** The longest time between two signs of life. */
const slowestBeat = 60_000;
/** Bytes of JSON that a result may have. */
const resultLimit = 1_000_000;

type Level = 'info' | 'warning' | 'error';

/** Part of a job. */
export interface ReportedStep {
  readonly id: string;
  /** 0 to 1. */
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
  /** Jobdeck runs the program: what it prints is the log, and its exit status is how it ends. */
  readonly #isRun: boolean;
  #amounts: Amounts = { current: 0, total: null };

  /** With `start` it is to be started; otherwise `id` is one that runs. */
  constructor(reporter: Reporter, warn: (text: string) => void, from: { start: StartRequest } | { id: string }) {
    this.#reporter = reporter;
    this.#warn = warn;
    const start = 'start' in from ? from.start : undefined;
    const id = 'id' in from ? from.id : null;
    this.#isRun = id !== null;
    this.#amounts.total = start?.total ?? null;
    const key = start?.idempotencyKey ?? id ?? `local-${randomBytes(12).toString('base64url')}`;
    let know: (id: string) => void = () => {};
    this.#known = new Promise((resolve) => {
      know = resolve;
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
        know(known);
      },
      cancelRequested: () => this.#cancel.abort(new Error('The job was cancelled.')),
    };
    if (id !== null) know(id);
    // The key lets the daemon know a start that it has seen already.
    reporter.add(this.#tracked, start === undefined ? undefined : { ...start, idempotencyKey: key });
  }

  /** The job's id; as long as the daemon has not answered, a name that only this program knows. */
  get id(): string {
    return this.#tracked.id ?? this.#tracked.key;
  }

  /** The job's id, when the daemon knows it. */
  get known(): Promise<string> {
    return this.#known;
  }

  /** Nothing more can be reported. */
  get ended(): boolean {
    return this.#tracked.ended;
  }

  /** Aborted when somebody cancels the job. What to do then is the program's decision; it ends with `fail`. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** How far it is: `current` of `total`, in any unit. What is left out stays as it is. */
  progress(current: number, total?: number | null, message?: string | null): void {
    const body = progressBody(current, total, message);
    if (body !== null) this.#amounts = bound(body, this.#amounts);
    this.#report(body, 'progress() takes numbers from 0 on.');
  }

  /** What it is doing now, shown beside the progress. */
  message(text: string, phase?: string): void {
    this.#report({
      kind: 'progress',
      message: clip(text),
      ...(phase === undefined ? {} : { phase: clip(phase, 300) }),
    });
  }

  /** Declares steps, after those there are. */
  steps(steps: readonly (string | NewStep)[]): void {
    const declared = Array.isArray(steps) ? newSteps(steps) : [];
    this.#report(declared.length > 0 ? { kind: 'steps', steps: declared } : null, 'steps() takes a list of steps.');
  }

  /** A declared step. It runs from its first report on. */
  step(id: string): ReportedStep {
    const step = (body: object) => this.#report({ kind: 'step', id: clip(id, 200), ...body } as Report);
    const saying = (message?: string) => (message === undefined ? {} : { message: clip(message) });
    return {
      id,
      progress: (progress, message) => {
        const done = share(progress);
        if (done === undefined) this.#warn('The progress of a step is a number from 0 to 1.');
        else step({ progress: done, ...(done < 1 ? {} : { status: 'running' }), ...saying(message) });
      },
      complete: (message) => step({ status: 'completed', ...saying(message) }),
      fail: (message) => step({ status: 'failed', ...saying(message) }),
      skip: (message) => step({ status: 'skipped', ...saying(message) }),
    };
  }

  /** An entry of the timeline; `context` is any JSON. */
  info(message: string, context?: unknown): void {
    this.#say('info', message, context);
  }
  warning(message: string, context?: unknown): void {
    this.#say('warning', message, context);
  }
  error(message: string, context?: unknown): void {
    this.#say('error', message, context);
  }

  /** Text for its log, as it is: without a line end unless it has one. */
  log(text: string): void {
    if (this.#isRun) process.stdout.write(String(text));
    else for (const part of logTexts(String(text))) this.#report({ kind: 'log', text: part });
  }

  /** Its result so far: any JSON. */
  result(value: unknown): void {
    this.#report({ kind: 'result', result: plain(value, resultLimit) });
  }

  /** It has done what it was to do. The job that the program runs in ends with the program, when that exits with 0. */
  complete(result?: unknown): void {
    if (this.#isRun) {
      if (result !== undefined) this.result(result);
      return;
    }
    this.#end({ kind: 'complete', ...(result === undefined ? {} : { result: plain(result, resultLimit) }) });
  }

  /**
   * It has failed, or given up because it was cancelled. The job that the program runs in gets an entry in its timeline,
   * and fails when the program exits with another status than 0.
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

  /** Waits until what was reported is with the daemon, at most so many ms; returns whether it is. */
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
    if (report === null) this.#warn(`Something was not reported. ${hint}`);
    else if (this.#tracked.ended) this.#warn(`Job ${this.id} has ended; what came after it was not reported.`);
    else this.#reporter.report(this.#tracked, report);
  }
}
