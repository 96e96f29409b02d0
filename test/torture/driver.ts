/** The clients of a round. Each sends its planned requests and repeats them until the daemon has acknowledged them. */
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
import { type PlannedJob, provenCommands } from './kinds.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Moments } from './moments.ts';
import type { Load, Timed } from './plan.ts';
import type { RoundFolder } from './roundFolder.ts';

const againMs = 30;
/** Milliseconds without any event after which to stop waiting for a job. The checks then report what is stuck. */
const patience = 45_000;

/** Errors that mean the daemon is only temporarily unable. */
const temporary = new Set([
  'DAEMON_UNREACHABLE',
  'DAEMON_STARTING',
  'DAEMON_STOPPING',
  'UNAUTHORIZED',
  'STORAGE_FULL',
  'STORAGE_FAILED',
]);

export interface DriverDeps {
  roundFolder: RoundFolder;
  ledger: Ledger;
  /** Port of the relay. */
  port: number;
  /** Environment variables for everything the round starts. */
  mark: string;
  /** A subscriber of the feed that sees jobs end. */
  follower: Follower;
  /** Receives requests and acknowledgements as moments for faults. */
  moments: Moments;
  /** Aborted when the round is over. */
  signal: AbortSignal;
  violation(text: string): void;
}

export class Driver {
  readonly #deps: DriverDeps;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
  }

  /** Performs the plan on time. Resolves when everything is acknowledged or given up. */
  async run(load: readonly Timed<Load>[]): Promise<void> {
    const began = performance.now();
    await Promise.all(
      load.map(async (step) => {
        await pause(Math.max(0, step.at - (performance.now() - began)));
        try {
          await this.#carryOut(step);
        } catch (error) {
          if (!this.#deps.signal.aborted)
            this.#deps.violation(`${JSON.stringify(step)} was rejected: ${describe(error)}`);
        }
      }),
    );
  }

  /** Releases everything that the round has paused or limited. */
  async settle(): Promise<void> {
    for (const name of ['default', 'one']) {
      await this.retryUntilDone((client) => client.resumeQueue(name));
      const concurrency = name === 'one' ? 1 : 8;
      await this.retryUntilDone((client) => client.setQueue(name, { concurrency, rate: null }));
    }
    const { schedule } = this.#deps.ledger;
    if (schedule !== null)
      await this.retryUntilDone((client) => client.removeSchedule(schedule.name), ['SCHEDULE_NOT_FOUND']);
  }

  /**
   * Repeats a request until it is acknowledged. Returns undefined for errors in `known`, which also mean that it is
   * done.
   */
  async retryUntilDone<T>(
    request: (client: DaemonClient) => Promise<T>,
    known: readonly string[] = [],
  ): Promise<T | undefined> {
    for (;;) {
      this.#deps.signal.throwIfAborted();
      try {
        return await this.#once(request);
      } catch (error) {
        if (!(error instanceof JobdeckError)) throw error;
        if (known.includes(error.code)) return undefined;
        if (!temporary.has(error.code)) throw error;
        const { repeated } = this.#deps.ledger;
        const why = causeCode(error) ?? error.code;
        repeated.set(why, (repeated.get(why) ?? 0) + 1);
      }
      await pause(againMs);
    }
  }

  async #once<T>(request: (client: DaemonClient) => Promise<T>): Promise<T> {
    const info = await readDaemonInfo(this.#deps.roundFolder.home);
    if (info === null)
      throw new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'No daemon is running.', hint: null });
    const client = new DaemonClient({ port: this.#deps.port, token: info.token });
    const { moments } = this.#deps;
    try {
      const reply = request(client);
      moments.tell('sent');
      const result = await reply;
      moments.tell('acknowledged');
      return result;
    } finally {
      client.close();
    }
  }

  async #carryOut(step: Load): Promise<void> {
    const { ledger, roundFolder } = this.#deps;
    switch (step.do) {
      case 'submit':
        return this.#job(step.job);
      case 'report':
        return this.#report(step.label, step.rows, step.pauseMs);
      case 'queue': {
        const rate = step.rate === null ? null : { count: step.rate, periodMs: 1000 };
        await this.retryUntilDone((client) => client.setQueue(step.name, { concurrency: step.concurrency, rate }));
        return;
      }
      case 'pauseQueue':
        await this.retryUntilDone((client) => client.pauseQueue(step.name), ['UNKNOWN_QUEUE']);
        await pause(step.resumeAfter);
        await this.retryUntilDone((client) => client.resumeQueue(step.name), ['UNKNOWN_QUEUE']);
        return;
      case 'schedule': {
        const { name, cron, overlap, catchUp } = step;
        ledger.schedule = { name, acknowledged: false };
        const job = {
          command: provenCommands.quick,
          cwd: roundFolder.work,
          env: this.#env(name),
          title: name,
          type: 'schedule',
        };
        await this.retryUntilDone(
          (client) => client.addSchedule({ name, cron, overlap, catchUp, job }),
          ['SCHEDULE_EXISTS'],
        );
        ledger.schedule.acknowledged = true;
        return;
      }
      case 'backfill':
        return this.#backfill(step);
    }
  }

  async #backfill({ label, intervals, concurrency, afterwards }: Extract<Load, { do: 'backfill' }>): Promise<void> {
    const { roundFolder, ledger } = this.#deps;
    const command = provenCommands[afterwards?.do ?? 'quick'];
    const job = { command, cwd: roundFolder.work, env: this.#env(label), title: label, type: 'backfill' };
    const range = { from: '2026-03-01', to: `2026-03-0${1 + intervals}`, every: '1d', timezone: 'UTC', concurrency };
    // Without a key, it is sent only once.
    const reply = await this.#onceOrNever((client) => client.backfill({ job, ...range }));
    if (!reply?.group) return;
    const { id } = reply.group;
    const entry = { id, jobs: intervals, afterwards: null as 'cancel' | 'retry' | null, metBadDisk: false };
    ledger.backfills.set(label, entry);
    if (afterwards === null) return;
    if (afterwards.do === 'cancel') {
      await pause(afterwards.after);
      if (await this.retryUntilDone((client) => client.cancel(id), ['JOB_ALREADY_ENDED'])) entry.afterwards = 'cancel';
      return;
    }
    await this.#ended(id);
    // If the reply to an earlier retry was lost, all jobs may already be running or have completed again.
    await this.retryUntilDone((client) => client.retry(id), ['JOB_STILL_ACTIVE']);
    entry.afterwards = 'retry';
  }

  async #job(planned: PlannedJob): Promise<void> {
    const entry = this.#deps.ledger.add(planned);
    if (planned.kind === 'oneAtATime') await this.#queueIsThere();
    const request: SubmitRequest = {
      ...planned.request,
      cwd: this.#deps.roundFolder.work,
      env: this.#env(planned.label, planned.kind),
      ...(planned.after ? { after: await this.#idsOf(planned.after) } : {}),
      ...(planned.afterAny ? { afterAny: await this.#idsOf(planned.afterAny) } : {}),
    };
    entry.sent = true;
    if (!planned.repeats) {
      entry.id = (await this.#onceOrNever((client) => client.submit(request)))?.id ?? null;
      return;
    }
    const key = `key-${planned.label}`;
    const { job } =
      (await this.retryUntilDone((client) => client.submitOnce({ ...request, idempotencyKey: key }))) ?? {};
    entry.id = job?.id ?? null;
    await this.#follow(entry, job?.id ?? '');
  }

  async #follow(entry: Entry, id: string): Promise<void> {
    const { follow, label } = entry.planned;
    if (follow === null) return;
    const acknowledge = async (what: string, request: (client: DaemonClient) => Promise<unknown>, known: string[]) => {
      if ((await this.retryUntilDone(request, known)) !== undefined) entry.acknowledged.add(what);
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
        // If the reply to an earlier removal was lost, the job is already gone.
        await this.retryUntilDone((client) => client.remove(id), ['JOB_NOT_FOUND']);
        entry.acknowledged.add('remove');
        return;
      case 'retry': {
        await this.#ended(id);
        const job = await this.retryUntilDone((client) => client.retry(id), ['JOB_STILL_ACTIVE']);
        entry.promisedAttempts = Math.max(2, job?.attempt ?? 0);
        entry.acknowledged.add('retry');
      }
    }
  }

  /** Input is accepted as soon as the program runs. It reads one line, so sending twice is harmless. */
  async #input(entry: Entry, id: string, label: string): Promise<void> {
    const { follower } = this.#deps;
    const runs = ({ status }: { status: string }) => status !== 'pending' && status !== 'waiting';
    for (;;) {
      if (!(await follower.until(({ jobs }) => runs(jobs.get(id) ?? { status: 'pending' }), patience))) return;
      const over = ['JOB_NOT_RUNNING', 'JOB_ALREADY_ENDED'];
      const reply = await this.retryUntilDone((client) => client.input(id, { text: `${label}\n` }), over);
      if (reply !== undefined) entry.acknowledged.add('input');
      if (
        reply !== undefined ||
        isTerminal((await this.retryUntilDone((client) => client.get(id)))?.status ?? 'failed')
      )
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
    await this.retryUntilDone((client) => client.setQueue('one', { concurrency: 1 }));
  }

  /** Runs a program that reports a job. Reports it can't deliver while no daemon is running are left on disk. */
  async #report(label: string, rows: number, pauseMs: number): Promise<void> {
    const entry = { rows, id: null as string | null, code: null as number | null, metBadDisk: false };
    this.#deps.ledger.reported.set(label, entry);
    const program = spawn(
      process.execPath,
      [join(import.meta.dirname, 'reporter.cjs'), label, String(rows), String(pauseMs)],
      {
        cwd: this.#deps.roundFolder.work,
        env: { ...this.#env(label), JOBDECK_HOME: this.#deps.roundFolder.home },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    program.stdout.setEncoding('utf8').on('data', (id: string) => {
      entry.id = id.trim();
    });
    [entry.code] = await once(program, 'close');
  }

  async #onceOrNever<T>(request: (client: DaemonClient) => Promise<T>): Promise<T | null> {
    try {
      return await this.#once(request);
    } catch (error) {
      if (error instanceof JobdeckError && temporary.has(error.code)) return null;
      throw error;
    }
  }

  #env(label: string, kind = ''): Record<string, string> {
    const { roundFolder, mark } = this.#deps;
    return {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      TMPDIR: roundFolder.work,
      LABEL: label,
      PROOF: roundFolder.proofs,
      JOBDECK_TORTURE: mark,
      // Shells drop such names, so this job gets a different supervisor.
      ...(kind === 'oddEnvironment' ? { 'BASH_FUNC_odd%%': '() {  echo odd\n}' } : {}),
    };
  }
}

function describe(error: unknown): string {
  return error instanceof JobdeckError ? `${error.code}: ${error.message}` : String((error as Error).stack ?? error);
}
