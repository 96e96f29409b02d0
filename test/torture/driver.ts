/** The clients of a round. Each sends its planned requests and repeats them until the daemon has acknowledged them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { JobdeckError } from '../../shared/errors.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { Definitions, definedName } from './definitions.ts';
import type { Follower } from './follower.ts';
import { FollowUps, ownProcesses } from './followUps.ts';
import { type PlannedJob, probeQueue, provenCommands } from './kinds.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Load, Timed } from './plan.ts';
import { againMs, type Requests } from './requests.ts';
import type { RoundFolder } from './roundFolder.ts';

export interface DriverDeps {
  roundFolder: RoundFolder;
  ledger: Ledger;
  requests: Requests;
  /** Environment variables for everything the round starts. */
  mark: string;
  /** A subscriber of the feed that sees jobs end. */
  follower: Follower;
  /** Aborted when the round is over. */
  signal: AbortSignal;
  violation(text: string): void;
}

export class Driver {
  readonly #deps: DriverDeps;
  readonly #followUps: FollowUps;
  readonly definitions: Definitions;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
    this.#followUps = new FollowUps(deps);
    this.definitions = new Definitions(deps.roundFolder.work, this.#env(definedName), deps);
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
    const { requests, ledger } = this.#deps;
    for (const name of ['default', 'one']) {
      await requests.untilDone((client) => client.resumeQueue(name), { known: ['UNKNOWN_QUEUE'] });
      const concurrency = name === 'one' ? 1 : 8;
      await requests.untilDone((client) => client.setQueue(name, { concurrency, rate: null }));
    }
    await this.definitions.settle();
    const { schedule } = ledger;
    if (schedule !== null)
      await requests.untilDone((client) => client.removeSchedule(schedule.name), { known: ['SCHEDULE_NOT_FOUND'] });
  }

  /** After the database was damaged, jobs that may have run are held. Cancels them, so that nothing waits for them. */
  async cancelHeld(): Promise<void> {
    const { requests, ledger } = this.#deps;
    const later = new Set([...ledger.entries.values()].filter((one) => !ledger.isLost(one)).map(({ id }) => id));
    const list = await requests.untilDone((client) => client.list({ status: 'held', limit: 500 }));
    for (const { id } of list?.jobs ?? []) {
      if (later.has(id)) continue;
      await requests.untilDone((client) => client.cancel(id), { known: ['JOB_ALREADY_ENDED'] });
    }
  }

  async #carryOut(step: Load): Promise<void> {
    const { ledger, roundFolder, requests } = this.#deps;
    switch (step.do) {
      case 'submit':
        await this.submit(step.job);
        return;
      case 'report':
        return this.#report(step.label, step.rows, step.pauseMs);
      case 'define':
        return this.definitions.add();
      case 'queue': {
        const rate = step.rate === null ? null : { count: step.rate, periodMs: 1000 };
        await requests.untilDone((client) => client.setQueue(step.name, { concurrency: step.concurrency, rate }));
        return;
      }
      case 'pauseQueue':
        await requests.untilDone((client) => client.pauseQueue(step.name), { known: ['UNKNOWN_QUEUE'], helps: true });
        await pause(step.resumeAfter);
        await requests.untilDone((client) => client.resumeQueue(step.name), { known: ['UNKNOWN_QUEUE'] });
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
        await requests.untilDone((client) => client.addSchedule({ name, cron, overlap, catchUp, job }), {
          known: ['SCHEDULE_EXISTS'],
        });
        ledger.schedule.acknowledged = true;
        return;
      }
      case 'backfill':
        return this.#backfill(step);
    }
  }

  async #backfill({ label, intervals, concurrency, afterwards }: Extract<Load, { do: 'backfill' }>): Promise<void> {
    const { roundFolder, ledger, requests } = this.#deps;
    const command = provenCommands[afterwards?.do ?? 'quick'];
    const job = { command, cwd: roundFolder.work, env: this.#env(label), title: label, type: 'backfill' };
    const range = { from: '2026-03-01', to: `2026-03-0${1 + intervals}`, every: '1d', timezone: 'UTC', concurrency };
    // Without a key, it is sent only once.
    const reply = await requests.onceOrNever((client) => client.backfill({ job, ...range }));
    if (!reply?.group) return;
    const { id } = reply.group;
    const entry = { id, jobs: intervals, afterwards: null as 'cancel' | 'retry' | null, metBadDisk: false };
    ledger.backfills.set(label, entry);
    if (afterwards === null) return;
    if (afterwards.do === 'cancel') {
      await pause(afterwards.after);
      if (await requests.untilDone((client) => client.cancel(id), { known: ['JOB_ALREADY_ENDED'], helps: true }))
        entry.afterwards = 'cancel';
      return;
    }
    await this.#followUps.ended(id);
    // If the reply to an earlier retry was lost, all jobs may already be running or have completed again.
    await requests.untilDone((client) => client.retry(id), { known: ['JOB_STILL_ACTIVE'] });
    entry.afterwards = 'retry';
  }

  /** Submits a planned job and does to it what is planned. */
  async submit(planned: PlannedJob): Promise<Entry> {
    const { requests } = this.#deps;
    const entry = this.#deps.ledger.add(planned);
    if (planned.kind === 'probe') await this.#queueIsThere(probeQueue, null);
    const request: SubmitRequest = {
      ...ownProcesses(planned.request, entry),
      cwd: this.#deps.roundFolder.work,
      env: this.#env(planned.label, planned.kind),
      ...(planned.after ? { after: await this.#idsOf(planned.after) } : {}),
      ...(planned.afterAny ? { afterAny: await this.#idsOf(planned.afterAny) } : {}),
    };
    entry.sent = true;
    if (!planned.repeats) {
      entry.id = (await requests.onceOrNever((client) => client.submit(request)))?.id ?? null;
      return entry;
    }
    const key = `key-${planned.label}`;
    const { job } =
      (await requests.untilDone(async (client) => {
        // Each time, because the queue may have been lost with the database.
        if (planned.kind === 'oneAtATime') await client.setQueue('one', { concurrency: 1 });
        return client.submitOnce({ ...request, idempotencyKey: key });
      })) ?? {};
    entry.id = job?.id ?? null;
    if (job !== undefined) await this.#followUps.make(entry, job.id);
    return entry;
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

  async #queueIsThere(name: string, concurrency: number | null): Promise<void> {
    await this.#deps.requests.untilDone((client) => client.setQueue(name, { concurrency }));
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
