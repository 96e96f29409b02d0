/** The clients of a round: each asks for what the plan says, and asks again until the daemon has acknowledged it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { causeCode } from '../../shared/client/request.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Follower } from './follower.ts';
import type { Ground } from './ground.ts';
import { type PlannedJob, provenCommands } from './kinds.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Moments } from './moments.ts';
import type { Load, Timed } from './plan.ts';

const againMs = 30;
/** Milliseconds without any news after which a job is no longer waited for; the checks then say what is stuck. */
const patience = 45_000;

/** What the daemon says when it can't now but will be able to. */
const passing = new Set(['DAEMON_UNREACHABLE', 'DAEMON_STOPPING', 'UNAUTHORIZED', 'STORAGE_FULL', 'STORAGE_FAILED']);

export interface DriverDeps {
  ground: Ground;
  ledger: Ledger;
  /** Port of the relay. */
  port: number;
  /** In the environment of everything the round starts. */
  mark: string;
  /** A client of the feed, for the ends of jobs. */
  follower: Follower;
  /** Is told when something was asked for or acknowledged. */
  moments: Moments;
  /** The round is over, however it went. */
  signal: AbortSignal;
  violation(text: string): void;
}

export class Driver {
  readonly #deps: DriverDeps;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
  }

  /** Does what the plan says at its time; resolves when all of it is acknowledged or given up. */
  async run(load: readonly Timed<Load>[]): Promise<void> {
    const began = performance.now();
    await Promise.all(
      load.map(async (step) => {
        await pause(Math.max(0, step.at - (performance.now() - began)));
        try {
          await this.#carryOut(step);
        } catch (error) {
          if (!this.#deps.signal.aborted)
            this.#deps.violation(`${JSON.stringify(step)} was refused: ${describe(error)}`);
        }
      }),
    );
  }

  /** Lets everything go on that the round has kept from it. */
  async settle(): Promise<void> {
    for (const name of ['default', 'one']) {
      await this.insist((client) => client.resumeQueue(name));
      const concurrency = name === 'one' ? 1 : 8;
      await this.insist((client) => client.setQueue(name, { concurrency, rate: null }));
    }
    const { schedule } = this.#deps.ledger;
    if (schedule !== null) await this.insist((client) => client.removeSchedule(schedule.name), ['SCHEDULE_NOT_FOUND']);
  }

  /** Asks until it is acknowledged. `known`: errors that say so too; undefined then. */
  async insist<T>(ask: (client: DaemonClient) => Promise<T>, known: readonly string[] = []): Promise<T | undefined> {
    for (;;) {
      this.#deps.signal.throwIfAborted();
      try {
        return await this.#once(ask);
      } catch (error) {
        if (!(error instanceof JobdeckError)) throw error;
        if (known.includes(error.code)) return undefined;
        if (!passing.has(error.code)) throw error;
        const { repeated } = this.#deps.ledger;
        const why = causeCode(error) ?? error.code;
        repeated.set(why, (repeated.get(why) ?? 0) + 1);
      }
      await pause(againMs);
    }
  }

  async #once<T>(ask: (client: DaemonClient) => Promise<T>): Promise<T> {
    const info = await readDaemonInfo(this.#deps.ground.home);
    if (info === null) throw new JobdeckError('DAEMON_UNREACHABLE', 'There is no daemon now.');
    const client = new DaemonClient({ port: this.#deps.port, token: info.token });
    const { moments } = this.#deps;
    try {
      const asked = ask(client);
      moments.tell('sent');
      const answer = await asked;
      moments.tell('acknowledged');
      return answer;
    } finally {
      client.close();
    }
  }

  async #carryOut(step: Load): Promise<void> {
    const { ledger, ground } = this.#deps;
    switch (step.do) {
      case 'submit':
        return this.#job(step.job);
      case 'report':
        return this.#report(step.label, step.rows, step.pauseMs);
      case 'queue': {
        const rate = step.rate === null ? null : { count: step.rate, periodMs: 1000 };
        await this.insist((client) => client.setQueue(step.name, { concurrency: step.concurrency, rate }));
        return;
      }
      case 'pauseQueue':
        await this.insist((client) => client.pauseQueue(step.name), ['UNKNOWN_QUEUE']);
        await pause(step.resumeAfter);
        await this.insist((client) => client.resumeQueue(step.name), ['UNKNOWN_QUEUE']);
        return;
      case 'schedule': {
        const { name, cron, overlap, catchUp } = step;
        ledger.schedule = { name, acknowledged: false };
        const job = {
          command: provenCommands.quick,
          cwd: ground.work,
          env: this.#env(name),
          title: name,
          type: 'schedule',
        };
        await this.insist((client) => client.addSchedule({ name, cron, overlap, catchUp, job }), ['SCHEDULE_EXISTS']);
        ledger.schedule.acknowledged = true;
        return;
      }
      case 'backfill':
        return this.#backfill(step);
    }
  }

  async #backfill({ label, intervals, concurrency, afterwards }: Extract<Load, { do: 'backfill' }>): Promise<void> {
    const { ground, ledger } = this.#deps;
    const command = provenCommands[afterwards?.do ?? 'quick'];
    const job = { command, cwd: ground.work, env: this.#env(label), title: label, type: 'backfill' };
    const range = { from: '2026-03-01', to: `2026-03-0${1 + intervals}`, every: '1d', timezone: 'UTC', concurrency };
    // It has no key, so it is asked for once.
    const reply = await this.#onceOrNever((client) => client.backfill({ job, ...range }));
    if (!reply?.group) return;
    const { id } = reply.group;
    const entry = { id, jobs: intervals, afterwards: null as 'cancel' | 'retry' | null, metBadDisk: false };
    ledger.backfills.set(label, entry);
    if (afterwards === null) return;
    if (afterwards.do === 'cancel') {
      await pause(afterwards.after);
      if (await this.insist((client) => client.cancel(id), ['JOB_ALREADY_ENDED'])) entry.afterwards = 'cancel';
      return;
    }
    await this.#ended(id);
    // A retry whose answer was lost may have been done: all of them run, or have completed and run once more.
    await this.insist((client) => client.retry(id), ['JOB_STILL_ACTIVE']);
    entry.afterwards = 'retry';
  }

  async #job(planned: PlannedJob): Promise<void> {
    const entry = this.#deps.ledger.add(planned);
    if (planned.kind === 'oneAtATime') await this.#queueIsThere();
    const request: SubmitRequest = {
      ...planned.request,
      cwd: this.#deps.ground.work,
      env: this.#env(planned.label, planned.kind),
      ...(planned.after ? { after: await this.#idsOf(planned.after) } : {}),
      ...(planned.afterAny ? { afterAny: await this.#idsOf(planned.afterAny) } : {}),
    };
    entry.sent = true;
    if (!planned.insists) {
      entry.id = (await this.#onceOrNever((client) => client.submit(request)))?.id ?? null;
      return;
    }
    const key = `key-${planned.label}`;
    const { job } = (await this.insist((client) => client.submitOnce({ ...request, idempotencyKey: key }))) ?? {};
    entry.id = job?.id ?? null;
    await this.#follow(entry, job?.id ?? '');
  }

  async #follow(entry: Entry, id: string): Promise<void> {
    const { follow, label } = entry.planned;
    if (follow === null) return;
    const acknowledge = async (what: string, ask: (client: DaemonClient) => Promise<unknown>, known: string[]) => {
      if ((await this.insist(ask, known)) !== undefined) entry.acknowledged.add(what);
    };
    const over = ['JOB_ALREADY_ENDED', 'JOB_NOT_RUNNING', 'JOB_ALREADY_STARTED'];
    if ('after' in follow) await pause(follow.after);
    switch (follow.do) {
      case 'cancel':
        return acknowledge('cancel', (client) => client.cancel(id), over);
      case 'forceFail':
        return acknowledge('forceFail', (client) => client.forceFail(id), over);
      case 'release':
        return acknowledge('release', (client) => client.release(id), over);
      case 'input':
        return this.#input(entry, id, label);
      case 'pause':
        await acknowledge('pause', (client) => client.pause(id), over);
        await pause(follow.resumeAfter);
        return acknowledge('resume', (client) => client.resume(id), over);
      case 'remove':
        await this.#ended(id);
        // A removal whose answer was lost is found done.
        await this.insist((client) => client.remove(id), ['JOB_NOT_FOUND']);
        entry.acknowledged.add('remove');
        return;
      case 'retry': {
        await this.#ended(id);
        const job = await this.insist((client) => client.retry(id), ['JOB_STILL_ACTIVE']);
        entry.promisedAttempts = Math.max(2, job?.attempt ?? 0);
        entry.acknowledged.add('retry');
      }
    }
  }

  /** Input can be sent as soon as the program runs; it reads one line, so one sent twice does no harm. */
  async #input(entry: Entry, id: string, label: string): Promise<void> {
    const { follower } = this.#deps;
    const runs = ({ status }: { status: string }) => status !== 'pending' && status !== 'waiting';
    for (;;) {
      if (!(await follower.until(({ jobs }) => runs(jobs.get(id) ?? { status: 'pending' }), patience))) return;
      const over = ['JOB_NOT_RUNNING', 'JOB_ALREADY_ENDED'];
      const reply = await this.insist((client) => client.input(id, { text: `${label}\n` }), over);
      if (reply !== undefined) entry.acknowledged.add('input');
      if (reply !== undefined || isTerminal((await this.insist((client) => client.get(id)))?.status ?? 'failed'))
        return;
      await pause(againMs);
    }
  }

  async #ended(id: string): Promise<void> {
    await this.#deps.follower.until(({ jobs }) => {
      const job = jobs.get(id);
      return job !== undefined && isTerminal(job.status);
    }, patience);
  }

  async #idsOf(labels: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const label of labels) {
      for (let id: string | null | undefined; id == null; await pause(againMs)) {
        this.#deps.signal.throwIfAborted();
        id = this.#deps.ledger.entries.get(label)?.id;
        if (id != null) ids.push(id);
      }
    }
    return ids;
  }

  async #queueIsThere(): Promise<void> {
    await this.insist((client) => client.setQueue('one', { concurrency: 1 }));
  }

  /** A program that reports a job of its own; what it could not tell while there was no daemon it leaves on disk. */
  async #report(label: string, rows: number, pauseMs: number): Promise<void> {
    const entry = { rows, id: null as string | null, code: null as number | null, metBadDisk: false };
    this.#deps.ledger.reported.set(label, entry);
    const program = spawn(
      process.execPath,
      [join(import.meta.dirname, 'reporter.cjs'), label, String(rows), String(pauseMs)],
      {
        cwd: this.#deps.ground.work,
        env: { ...this.#env(label), JOBDECK_HOME: this.#deps.ground.home },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    program.stdout.setEncoding('utf8').on('data', (id: string) => {
      entry.id = id.trim();
    });
    [entry.code] = await once(program, 'close');
  }

  async #onceOrNever<T>(ask: (client: DaemonClient) => Promise<T>): Promise<T | null> {
    try {
      return await this.#once(ask);
    } catch (error) {
      if (error instanceof JobdeckError && passing.has(error.code)) return null;
      throw error;
    }
  }

  #env(label: string, kind = ''): Record<string, string> {
    const { ground, mark } = this.#deps;
    return {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      TMPDIR: ground.work,
      LABEL: label,
      PROOF: ground.proofs,
      JOBDECK_TORTURE: mark,
      // Shells drop such names, so this job has another supervisor.
      ...(kind === 'oddEnvironment' ? { 'BASH_FUNC_odd%%': '() {  echo odd\n}' } : {}),
    };
  }
}

function describe(error: unknown): string {
  return error instanceof JobdeckError ? `${error.code}: ${error.message}` : String((error as Error).stack ?? error);
}
