/** Calls to engines that must not fail their caller. */
import type { CancelSignal, Resources } from '../../shared/job.ts';
import { jobProblem } from '../../shared/messages/jobCommands.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type { AttemptRef, Engine, FoundLaunch, InputSent, Launch, UnfinishedAttempt } from '../engines/engine.ts';

/** A call to the engine of a job, decided in a transaction and made after its commit. */
export interface EngineCall<T> {
  engine: string;
  what: T;
}

/** How to cancel a job. */
export interface CancelHow {
  /** The signal to send; null for the job's own. */
  signal: CancelSignal | null;
  /** Whether the job is stopped, and killed if it continues. Otherwise it is only sent the signal. */
  kill: boolean;
}

/** Stopping an attempt, or only sending it a signal. */
export type CancelCall = EngineCall<AttemptRef> & Partial<CancelHow>;

/** Stopping a job in its usual way. */
export const stop: CancelHow = { signal: null, kill: true };

export interface EngineCallsDeps {
  engines: ReadonlyMap<string, Engine>;
  onProblem(error: unknown, about: string): void;
  /** A launch failed with an error, which engines should report as an end. */
  onStartFailed(ref: AttemptRef, reason: Message): Promise<void>;
  /** Whether a launch is still current: the job may have ended since the launch was decided. */
  isCurrent(ref: AttemptRef): boolean;
  /** The processes of an attempt that was force stopped could not be killed. */
  onKillFailed(ref: AttemptRef, reason: Message): Promise<void>;
  /** The engine could not be asked to stop the attempt. */
  onCancelFailed(ref: AttemptRef, reason: Message): Promise<void>;
}

export class EngineCalls {
  readonly #deps: EngineCallsDeps;
  #closed = false;

  constructor(deps: EngineCallsDeps) {
    this.#deps = deps;
  }

  /** The configured engines. */
  names(): string[] {
    return [...this.#deps.engines.keys()];
  }

  /** @throws JobdeckError ENGINE_NOT_CAPABLE for an engine that is not configured */
  checkAvailable(engine: string): void {
    if (this.#deps.engines.has(engine)) return;
    throw jobProblem('ENGINE_NOT_CAPABLE/notConfigured', { engine });
  }

  /** Stops calling engines. The next daemon launches attempts that are still `starting`. */
  close(): void {
    this.#closed = true;
  }

  start({ engine, what }: EngineCall<Launch>): Promise<void> {
    const failed = (reason: Message) => this.#deps.onStartFailed(what, reason);
    const start = async () => {
      if (this.#deps.isCurrent(what)) await this.#engine(engine).start(what);
    };
    return this.#guard(`starting job ${what.jobId}`, start, failed);
  }

  /** Kills the processes of an attempt that was force stopped, if its engine can. Resolves when none is left. */
  kill({ engine, what }: EngineCall<AttemptRef>): Promise<void> {
    const failed = (reason: Message) => this.#deps.onKillFailed(what, reason);
    return this.#guard(`killing job ${what.jobId}`, async () => this.#deps.engines.get(engine)?.kill?.(what), failed);
  }

  /** All launches that engines know of. A failing engine does not affect others. */
  async found(): Promise<FoundLaunch[]> {
    const all: FoundLaunch[] = [];
    for (const engine of this.#deps.engines.values()) {
      await this.#guard(`finding jobs of the engine ${engine.name}`, async () => {
        all.push(...((await engine.found?.()) ?? []));
      });
    }
    return all;
  }

  /** Launches of an earlier daemon that still have processes. */
  leftovers(): EngineCall<AttemptRef>[] {
    return [...this.#deps.engines.values()].flatMap((engine) =>
      (engine.leftovers?.() ?? []).map((what) => ({ engine: engine.name, what })),
    );
  }

  /** Has the engine forget a launch of an earlier daemon. Its processes keep running. */
  leave({ engine, what }: EngineCall<AttemptRef>): Promise<void> {
    return this.#guard(`leaving job ${what.jobId} alone`, async () => this.#deps.engines.get(engine)?.leave?.(what));
  }

  cancel({ engine, what, signal = null, kill = signal === null }: CancelCall): Promise<void> {
    const failed = (reason: Message) => this.#deps.onCancelFailed(what, reason);
    return this.#guard(
      `cancelling job ${what.jobId}`,
      async () => this.#engine(engine).cancel(what, signal, kill),
      failed,
    );
  }

  /**
   * Pauses an attempt or resumes it. False when it no longer exists.
   * @throws JobdeckError ENGINE_NOT_CAPABLE
   */
  async suspend({ engine, what }: EngineCall<AttemptRef>, paused: boolean): Promise<boolean> {
    const found = this.#engine(engine);
    if (found.suspend) return found.suspend(what, paused);
    throw jobProblem('ENGINE_NOT_CAPABLE/pause', { engine });
  }

  takesInput(engine: string): boolean {
    return this.#deps.engines.get(engine)?.input !== undefined;
  }

  /**
   * Sends text to an attempt, or ends its input. Null when it no longer exists.
   * @throws JobdeckError ENGINE_NOT_CAPABLE, INPUT_ENDED
   */
  async input({ engine, what }: EngineCall<AttemptRef>, text: string, end: boolean): Promise<InputSent | null> {
    const found = this.#engine(engine);
    if (found.input) return found.input(what, text, end);
    throw jobProblem('ENGINE_NOT_CAPABLE/input', { engine });
  }

  /** The resources an attempt uses now; null if its engine doesn't know. */
  async resources({ engine, what }: EngineCall<AttemptRef>): Promise<Resources | null> {
    let found: Resources | null = null;
    await this.#guard(`reading the resources of job ${what.jobId}`, async () => {
      found = (await this.#engine(engine).resources?.(what)) ?? null;
    });
    return found;
  }

  /** Lets each engine find out the state of its attempts. A failing engine does not affect others. */
  async recover(attempts: EngineCall<UnfinishedAttempt>[], onFound: () => void): Promise<void> {
    const names = [...new Set([...this.#deps.engines.keys(), ...attempts.map((attempt) => attempt.engine)])];
    const recoveries = names.map((engine) => {
      const own = attempts.filter((attempt) => attempt.engine === engine).map(({ what }) => what);
      return this.#guard(`recovering the jobs of the engine ${engine}`, async () =>
        this.#engine(engine).recover(own, onFound),
      );
    });
    await Promise.all(recoveries);
  }

  #engine(name: string): Engine {
    const engine = this.#deps.engines.get(name);
    if (!engine) throw new Error(`Unknown engine ${name}.`);
    return engine;
  }

  async #guard(about: string, call: () => Promise<void>, onFailed?: (reason: Message) => Promise<void>): Promise<void> {
    if (this.#closed) return;
    try {
      await call();
    } catch (error) {
      this.#deps.onProblem(error, about);
      await onFailed?.(reasonOf(error)).catch((failure: unknown) => {
        this.#deps.onProblem(failure, `recording the failure of ${about}`);
      });
    }
  }
}
