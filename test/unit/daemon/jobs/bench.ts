/** A bench for tests of store and jobs: a real database in a temporary folder, and an engine in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../../../daemon/clock.ts';
import type {
  AttemptOutcome,
  AttemptRef,
  Engine,
  InputSent,
  Launch,
  UnfinishedAttempt,
} from '../../../../daemon/engines/engine.ts';
import { ReportedEngine } from '../../../../daemon/engines/reported/engine.ts';
import { Histogram } from '../../../../daemon/histogram.ts';
import { createJobs, type Jobs, type JobsDeps } from '../../../../daemon/jobs/createJobs.ts';
import { jobRules } from '../../../../daemon/jobs/kinds/rules.ts';
import type { LogFiles, RetentionSettings } from '../../../../daemon/jobs/ports.ts';
import { openDatabase } from '../../../../daemon/store/database.ts';
import { Store, type StoreOptions } from '../../../../daemon/store/store.ts';
import { Warnings } from '../../../../daemon/warnings.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { CancelSignal } from '../../../../shared/job.ts';
import type { SubmitRequest } from '../../../../shared/protocol.ts';
import { writeEmptyDatabase } from '../store/emptyDatabase.ts';

/** A manual clock that advances one millisecond per reading, so that nothing happens at the same time. */
export class FakeClock implements Clock {
  time = Date.UTC(2026, 0, 2, 3, 4, 5);
  readonly timers: { at: number; callback: () => void }[] = [];
  readonly #listeners = new Set<() => void>();

  now(): number {
    this.time += 1;
    return this.time;
  }

  /** How far `leap` has set the clock ahead. */
  #leapt = 0;

  steady(): number {
    return this.time - this.#leapt;
  }

  /** The machine sleeps, or the clock is set: due times pass, but timers do not run. */
  leap(ms: number): void {
    this.time += ms;
    this.#leapt += ms;
    for (const timer of this.timers) timer.at += ms;
  }

  after(delay: number, callback: () => void): () => void {
    const timer = { at: this.time + delay, callback };
    this.timers.push(timer);
    for (const listener of [...this.#listeners]) listener();
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  onTimer(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  advance(ms: number): void {
    this.time += ms;
    const due = this.timers.filter((timer) => timer.at <= this.time);
    for (const timer of due) {
      this.timers.splice(this.timers.indexOf(timer), 1);
      timer.callback();
    }
  }
}

/** Records its calls; the test makes the reports. */
export class FakeEngine implements Engine {
  readonly name = 'local';
  readonly launches: Launch[] = [];
  readonly cancels: AttemptRef[] = [];
  /** The signal of each cancel; null for a stop. */
  readonly signals: (CancelSignal | null)[] = [];
  /** Whether each cancel stops the job. */
  readonly stops: boolean[] = [];
  recovered: UnfinishedAttempt[] | null = null;
  onStart: (launch: Launch) => Promise<void> = async () => {};
  onCancel: (ref: AttemptRef) => Promise<void> = async () => {};
  readonly suspensions: { ref: AttemptRef; paused: boolean }[] = [];
  readonly inputs: { ref: AttemptRef; text: string; end: boolean }[] = [];
  onInput: (text: string, end: boolean) => Promise<InputSent | null> = async (text, ended) => ({
    taken: text.length,
    ended,
  });
  /** Missing for an engine that does not support input. */
  input?: Engine['input'] = async (ref, text, end) => {
    this.inputs.push({ ref, text, end });
    return this.onInput(text, end);
  };
  readonly kills: AttemptRef[] = [];
  onKill: () => Promise<void> = async () => {};
  /** Launches of an earlier daemon that still have processes. */
  left: AttemptRef[] = [];
  onSuspend: () => Promise<boolean> = async () => true;
  onRecover: (attempts: UnfinishedAttempt[]) => Promise<void> = async () => {};
  readonly #listeners = new Set<() => void>();

  async start(launch: Launch): Promise<void> {
    this.launches.push(launch);
    for (const listener of [...this.#listeners]) listener();
    await this.onStart(launch);
  }

  async cancel(ref: AttemptRef, signal: CancelSignal | null = null, kill = signal === null): Promise<void> {
    this.cancels.push(ref);
    this.signals.push(signal);
    this.stops.push(kill);
    await this.onCancel(ref);
  }

  async kill(ref: AttemptRef): Promise<void> {
    this.kills.push(ref);
    await this.onKill();
  }

  leftovers(): AttemptRef[] {
    return this.left;
  }

  async suspend(ref: AttemptRef, paused: boolean): Promise<boolean> {
    this.suspensions.push({ ref, paused });
    return this.onSuspend();
  }

  async recover(attempts: UnfinishedAttempt[]): Promise<void> {
    this.recovered = attempts;
    await this.onRecover(attempts);
  }

  async close(): Promise<void> {}

  onLaunch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves after this many launches in total. */
  launched(count: number): Promise<void> {
    return until(
      () => this.launches.length >= count,
      (check) => this.onLaunch(check),
    );
  }

  /** Resolves with the latest launch of a job, as soon as there is one. */
  async launchedJob(jobId: string): Promise<Launch> {
    await until(
      () => this.launches.some((launch) => launch.jobId === jobId),
      (check) => this.onLaunch(check),
    );
    return this.launch(jobId);
  }

  /** The latest launch of a job. */
  launch(jobId: string): Launch {
    const launch = this.launches.findLast((one) => one.jobId === jobId);
    if (!launch) throw new Error(`Job ${jobId} was not launched.`);
    return launch;
  }
}

export class FakeLogs implements LogFiles {
  readonly sizes = new Map<string, number>();
  readonly removed: string[] = [];
  failing = false;

  path(jobId: string, attempt: number): string {
    return `/logs/${jobId}/${attempt}.log`;
  }

  size(jobId: string, attempt: number): number | null {
    return this.sizes.get(`${jobId}/${attempt}`) ?? null;
  }

  readonly texts = new Map<string, string>();

  append(jobId: string, attempt: number, text: string): void {
    if (this.failing)
      throw new JobdeckError({ code: 'STORAGE_FAILED', message: 'The log cannot be written.', hint: null });
    const key = `${jobId}/${attempt}`;
    this.texts.set(key, (this.texts.get(key) ?? '') + text);
  }

  async all(): Promise<{ jobId: string; bytes: number }[]> {
    return [...this.sizes].map(([key, bytes]) => ({ jobId: key.split('/')[0] ?? '', bytes }));
  }

  async remove(jobId: string): Promise<void> {
    if (this.failing) throw new Error('The logs cannot be deleted.');
    this.removed.push(jobId);
  }
}

export interface Bench {
  folder: string;
  file: string;
  clock: FakeClock;
  engine: FakeEngine;
  /** Notifies about cancels of reported jobs. */
  reported: ReportedEngine;
  logs: FakeLogs;
  warnings: Warnings;
  problems: unknown[];
  startDelays: Histogram;
  store: Store;
  jobs: Jobs;
  /** Resolves at the first commit after which the condition holds, or at once if it holds now. */
  settled(condition: (store: Store) => boolean): Promise<void>;
  /** Resolves once this is the only warning, or once there is none. */
  warned(code: string | null): Promise<void>;
  /** Resolves with the active timers, as soon as there is one. */
  timer(): Promise<FakeClock['timers']>;
  /** Makes the disk full; the result frees it. */
  fillDisk(): () => void;
  /** Prepares the options for the next crash. */
  next(prepare: (engine: FakeEngine, jobs: Jobs) => void): void;
  /** Simulates a crash: a new store and new jobs on the same files, without closing the old ones. */
  crash(): Promise<void>;
  end(): void;
}

export interface BenchOptions extends Partial<StoreOptions> {
  /** Whether `recover` has been called, so that jobs start. Yes by default. */
  recovered?: boolean;
  /** No limits by default. */
  retention?: RetentionSettings;
  /** Remote engines; none by default. */
  reach?: JobsDeps['reach'];
}

export async function openBench({ recovered = true, retention, reach, ...options }: BenchOptions = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-store-'));
  const file = join(folder, 'jobs.db');
  const clock = new FakeClock();
  const logs = new FakeLogs();
  const warnings = new Warnings();
  const problems: unknown[] = [];
  const opened: Store[] = [];
  const startDelays = new Histogram([1]);
  let db: Database.Database;
  let prepare: ((engine: FakeEngine, jobs: Jobs) => void) | null = null;
  writeEmptyDatabase(file);
  const open = () => {
    const engine = new FakeEngine();
    const reported = new ReportedEngine();
    const engines = new Map<string, Engine>([
      [engine.name, engine],
      [reported.name, reported],
    ]);
    const logSize = (jobId: string, attempt: number) => logs.size(jobId, attempt);
    db = openDatabase(file, () => clock.now()).db;
    const store = new Store(db, file, { now: () => clock.now(), rules: jobRules, logSize, ...options });
    opened.push(store);
    const onProblem = (error: unknown) => problems.push(error);
    const elsewhere = reach ? { reach } : {};
    const jobs = createJobs({ store, engines, clock, logs, warnings, retention, startDelays, onProblem, ...elsewhere });
    prepare?.(engine, jobs);
    prepare = null;
    return { engine, reported, store, jobs };
  };
  const bench: Bench = {
    folder,
    file,
    clock,
    logs,
    warnings,
    problems,
    startDelays,
    ...open(),
    settled(condition) {
      return until(
        () => condition(bench.store),
        (check) => bench.store.onCommit(check),
      );
    },
    warned(code) {
      const isSo = () => (warnings.list()[0]?.code ?? null) === code;
      return until(isSo, (check) => warnings.onChange(check));
    },
    async timer() {
      await until(
        () => clock.timers.length > 0,
        (check) => clock.onTimer(check),
      );
      return [...clock.timers];
    },
    fillDisk() {
      return fillUp(db);
    },
    next(prepared) {
      prepare = prepared;
    },
    async crash() {
      bench.jobs.close();
      Object.assign(bench, open());
      await bench.jobs.recover();
    },
    end() {
      bench.jobs.close();
      for (const store of opened) store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  if (recovered) await bench.jobs.recover();
  return bench;
}

/** Makes every commit fail as on a full disk: what changed before it is in memory. The result ends that. */
function fillUp(db: Database.Database): () => void {
  const { transaction } = db;
  const full = new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
  const changes = () => db.prepare('SELECT total_changes()').pluck().get();
  db.transaction = ((closure: () => unknown) => {
    const nested = transaction.call(db, closure);
    const failing = transaction.call(db, () => {
      const before = changes();
      const result = closure();
      // A commit without changes writes nothing.
      if (changes() !== before) throw full;
      return result;
    });
    return Object.assign(() => nested(), { immediate: () => failing.immediate() });
  }) as typeof transaction;
  return () => {
    db.transaction = transaction;
  };
}

/** Resolves once `condition` holds. It is checked now and after each event from `subscribe`. */
function until(condition: () => boolean, subscribe: (check: () => void) => () => void): Promise<void> {
  if (condition()) return Promise.resolve();
  return new Promise((resolve) => {
    const unsubscribe = subscribe(() => {
      if (!condition()) return;
      unsubscribe();
      resolve();
    });
  });
}

/** Resolves when everything committed so far has been dispatched. */
export async function dispatched({ store }: Bench): Promise<void> {
  // A round commits in the turn after the commit that started it, and one more may follow.
  for (let turn = 0; turn < 4; turn += 1) await store.write(() => {});
}

/** Starts a job, and returns its launch. */
export async function startJob(bench: Bench, changes: Partial<SubmitRequest> = {}): Promise<Launch> {
  const { id } = await bench.jobs.submissions.submit(request(changes));
  const launch = await bench.engine.launchedJob(id);
  await bench.jobs.attempts.started(launch, { pid: 4242, startedAt: bench.clock.now() });
  return launch;
}

/** Runs a job to its end, and returns its ID. */
export async function endJob(bench: Bench, exitCode: number, changes: Partial<SubmitRequest> = {}): Promise<string> {
  const launch = await startJob(bench, changes);
  await bench.jobs.attempts.ended(launch, exit(exitCode, bench.clock.now()));
  return launch.jobId;
}

/** A request for a command that exists on every machine. */
export function request(changes: Partial<SubmitRequest> = {}): SubmitRequest {
  return { command: { argv: ['true'] }, cwd: tmpdir(), ...changes };
}

export function exit(exitCode: number, endedAt: number): AttemptOutcome {
  return { exitCode, signal: null, endedAt, error: null };
}
