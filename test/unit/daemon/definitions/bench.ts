/** Definitions on a real store and real files, with fake schedules that record calls. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../../../daemon/clock.ts';
import { Definitions } from '../../../../daemon/definitions/definitions.ts';
import type { DefinedSchedules } from '../../../../daemon/jobs/ports.ts';
import { Warnings } from '../../../../daemon/warnings.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { ScheduleRequest } from '../../../../shared/schedule.ts';
import { type Bench, openBench } from '../jobs/bench.ts';

/** Fake schedules by the file that defines them. The cron expression `never` is rejected. */
export class FakeSchedules implements DefinedSchedules {
  readonly defined = new Map<string, readonly ScheduleRequest[]>();
  /** Calls of `define`. */
  calls = 0;
  onDefine: () => void = () => {};

  sources(): Map<string, string> {
    const entries = [...this.defined].flatMap(([source, requests]) =>
      requests.map(({ name }): [string, string] => [name, source]),
    );
    return new Map(entries);
  }

  async check(request: ScheduleRequest): Promise<void> {
    if (request.cron !== 'never') return;
    throw new JobdeckError({ code: 'INVALID_CRON', message: 'It never runs.', hint: 'Such as 0 3 * * *.' });
  }

  async define(source: string, requests: readonly ScheduleRequest[], kept: ReadonlySet<string> = new Set()) {
    this.calls += 1;
    const names = new Set(requests.map(({ name }) => name));
    const before = this.defined.get(source) ?? [];
    this.defined.set(source, [...requests, ...before.filter(({ name }) => kept.has(name) && !names.has(name))]);
    this.onDefine();
  }

  names(source: string): string[] {
    return (this.defined.get(source) ?? []).map(({ name, cron }) => `${name} ${cron}`);
  }
}

export class DefinitionsBench {
  readonly jobs: Bench;
  readonly schedules = new FakeSchedules();
  readonly logged: unknown[][] = [];
  /** Calls that are due in more than ten seconds. */
  later: (() => void)[] = [];
  readonly homeFile: string;
  readonly app: string;
  readonly appFile: string;
  warnings = new Warnings();
  definitions: Definitions;

  constructor(jobs: Bench) {
    this.jobs = jobs;
    this.homeFile = join(jobs.folder, 'home', 'jobs.json');
    this.app = join(jobs.folder, 'app');
    this.appFile = join(this.app, '.vscode', 'jobs.json');
    mkdirSync(dirname(this.homeFile));
    mkdirSync(dirname(this.appFile), { recursive: true });
    this.definitions = this.#make();
  }

  static async open(): Promise<DefinitionsBench> {
    return new DefinitionsBench(await openBench());
  }

  /** Restarts the daemon. */
  async restart(): Promise<void> {
    await this.definitions.close();
    this.warnings = new Warnings();
    this.definitions = this.#make();
    await this.definitions.start();
  }

  write(file: string, value: unknown): void {
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  }

  /** Makes a change and waits for the resulting call of `define`. */
  async defined(change: () => void): Promise<void> {
    const done = new Promise<void>((settle) => {
      this.schedules.onDefine = settle;
    });
    change();
    await done;
  }

  /** Makes a change and waits until the warnings change. Returns their messages. */
  async warned(change: () => void): Promise<string[]> {
    const done = new Promise<void>((settle) => this.warnings.onChange(settle));
    change();
    await done;
    return this.warnings.list().map(({ message }) => message);
  }

  /** A queue's concurrency. */
  concurrency(name: string): number | null | undefined {
    return this.jobs.jobs.queues.list().find((queue) => queue.name === name)?.concurrency;
  }

  async end(): Promise<void> {
    await this.definitions.close();
    await this.jobs.end();
    rmSync(this.jobs.folder, { recursive: true, force: true });
  }

  #after(delay: number, callback: () => void): () => void {
    if (delay < 10_000) return systemClock.after(delay, callback);
    this.later.push(callback);
    return () => {
      this.later = this.later.filter((one) => one !== callback);
    };
  }

  #make(): Definitions {
    const log = (level: string) => (message: string, context: unknown) =>
      void this.logged.push([level, message, context]);
    return new Definitions({
      store: this.jobs.store,
      clock: { ...systemClock, after: (delay, callback) => this.#after(delay, callback) },
      warnings: this.warnings,
      homeFile: this.homeFile,
      queues: this.jobs.jobs.queues,
      schedules: this.schedules,
      env: { HOME: '/home/ann' },
      log: { info: log('info'), warning: log('warning'), error: log('error') },
      onProblem: (error) => this.logged.push(['problem', error]),
    });
  }
}
