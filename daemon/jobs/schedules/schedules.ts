/** The commands on schedules. */
import { homedir } from 'node:os';
import { JobdeckError } from '../../../shared/errors.ts';
import type { JobDetail } from '../../../shared/job.ts';
import type {
  CronQuery,
  CronReply,
  JobTemplate,
  Schedule,
  ScheduleDetail,
  ScheduleRequest,
} from '../../../shared/schedule.ts';
import type { Clock } from '../../clock.ts';
import { checkPattern } from '../../progress/pattern.ts';
import { checkCron, checkTimeZone, nextAfter, nextRuns } from '../../scheduling/cron.ts';
import type { Reads } from '../../store/reads.ts';
import type { Store } from '../../store/store.ts';
import { keptRuns, type ScheduleRow } from '../../store/tables/schedules.ts';
import { newId } from '../ids.ts';
import type { ScheduleCommands } from '../ports.ts';
import { defaultQueue, existingQueue } from '../queues/queue.ts';
import { checkCommand, checkCwd, checkEnvironment } from '../submission/checks.ts';
import { fullPolicy } from '../submission/defaults.ts';
import type { Writer } from '../writer.ts';
import { toRun } from './history.ts';
import { startRun } from './runs.ts';

/** Runs ahead that a schedule's detail shows. */
const shownRuns = 5;

export interface SchedulesDeps {
  store: Store;
  writer: Writer;
  clock: Clock;
  /** Called after a change of what is due when. */
  onChanged(): void;
}

export class Schedules implements ScheduleCommands {
  readonly #deps: SchedulesDeps;

  constructor(deps: SchedulesDeps) {
    this.#deps = deps;
  }

  list(): Schedule[] {
    return this.#deps.store.read((rows) => rows.schedules.all().map((row) => toSchedule(rows, row)));
  }

  detail(ref: string): ScheduleDetail {
    return this.#deps.store.read((rows) => {
      const row = existing(rows, ref);
      const { cron, timezone, nextRunAt } = row;
      const ahead = nextRunAt === null ? [] : [nextRunAt, ...nextRuns(cron, timezone, nextRunAt, shownRuns - 1)];
      const runs = rows.schedules.runs(row.id, keptRuns).map(toRun);
      return { ...toSchedule(rows, row), nextRuns: ahead.map(iso), runs };
    });
  }

  preview({ cron, timezone, count = shownRuns }: CronQuery): CronReply {
    const now = this.#deps.clock.now();
    const zone = checkTimeZone(timezone);
    checkCron(cron, zone, now);
    return { timezone: zone, nextRuns: nextRuns(cron, zone, now, count).map(iso) };
  }

  async add(request: ScheduleRequest): Promise<Schedule> {
    await this.#check(request);
    const { name, replace = false, dryRun = false } = request;
    const row = (rows: Reads) => {
      const found = rows.schedules.find(name);
      // It may also be the id of another one.
      const before = found?.name === name ? found : null;
      if (before !== null && !replace) throw taken(before);
      if (before !== null && before.source !== null) throw defined(before);
      return this.#row(rows, request, null, before);
    };
    if (dryRun) return this.#deps.store.read((rows) => toSchedule(rows, row(rows)));
    return this.#put(row);
  }

  setPaused(ref: string, paused: boolean): Promise<Schedule> {
    return this.#put((rows) => {
      const row = existing(rows, ref);
      if ((row.paused === 1) === paused) return row;
      return { ...row, paused: paused ? 1 : 0, nextRunAt: paused ? null : this.#next(row) };
    });
  }

  async runNow(ref: string): Promise<JobDetail> {
    const { store, writer, clock } = this.#deps;
    const template = store.read((rows) => templateOf(existing(rows, ref)));
    await checkCwd(template.cwd ?? homedir());
    const id = await writer.write((tx) =>
      startRun(tx, existing(tx, ref), clock.now(), { scheduledFor: null, after: [] }),
    );
    const job = store.detail(id);
    if (job === null) throw new Error('The job that was started is not there.');
    return job;
  }

  async remove(ref: string): Promise<void> {
    await this.#deps.writer.write((tx) => {
      const row = existing(tx, ref);
      if (row.source !== null) throw defined(row);
      tx.removeSchedule(row.id);
    });
    this.#deps.onChanged();
  }

  async define(source: string, requests: readonly ScheduleRequest[]): Promise<void> {
    for (const request of requests) await this.#check(request);
    const names = new Set(requests.map(({ name }) => name));
    if (names.size < requests.length) {
      throw new JobdeckError('INVALID_REQUEST', `Two schedules of ${source} have the same name.`, 'Rename one.');
    }
    await this.#deps.writer.write((tx) => {
      const before = new Map(tx.schedules.all().map((row) => [row.name, row]));
      for (const row of before.values()) {
        if (row.source === source && !names.has(row.name)) tx.removeSchedule(row.id);
      }
      for (const request of requests) {
        const row = before.get(request.name) ?? null;
        if (row !== null && row.source !== source) throw taken(row);
        tx.putSchedule(this.#row(tx, request, source, row));
      }
    });
    this.#deps.onChanged();
  }

  /** What can be checked before anything is written. */
  async #check({ cron, timezone, job }: ScheduleRequest): Promise<void> {
    checkCron(cron, checkTimeZone(timezone), this.#deps.clock.now());
    checkCommand(job.command);
    checkEnvironment(job.env);
    if (job.outputProgress) checkPattern(job.outputProgress.pattern);
    await checkCwd(job.cwd ?? homedir());
  }

  /** The schedule as it will be. One that was there keeps its id, and its next time unless that is of other words. */
  #row(rows: Reads, request: ScheduleRequest, source: string | null, before: ScheduleRow | null): ScheduleRow {
    const { name, cron, timezone: zone, catchUp = 'none', overlap = 'skip', job } = request;
    existingQueue(rows, job.queue ?? defaultQueue);
    const timezone = checkTimeZone(zone);
    const paused = before === null ? request.paused === true : before.paused === 1;
    const kept = before?.cron === cron && before.timezone === timezone ? before.nextRunAt : null;
    return {
      id: before?.id ?? newId((id) => rows.schedules.find(id) !== null),
      ...{ name, cron, timezone, paused: paused ? 1 : 0, catchUp, overlap, source },
      job: JSON.stringify(job),
      createdBy: job.createdBy ?? null,
      createdAt: before?.createdAt ?? this.#deps.clock.now(),
      nextRunAt: paused ? null : (kept ?? this.#next({ cron, timezone })),
    };
  }

  #next({ cron, timezone }: Pick<ScheduleRow, 'cron' | 'timezone'>): number | null {
    return nextAfter(cron, timezone, this.#deps.clock.now());
  }

  async #put(change: (rows: Reads) => ScheduleRow): Promise<Schedule> {
    const schedule = await this.#deps.writer.write((tx) => {
      const row = change(tx);
      tx.putSchedule(row);
      return toSchedule(tx, row);
    });
    this.#deps.onChanged();
    return schedule;
  }
}

/** @throws JobdeckError SCHEDULE_NOT_FOUND */
function existing(rows: Reads, ref: string): ScheduleRow {
  const row = rows.schedules.find(ref);
  if (row !== null) return row;
  const hint = 'See those there are with: jobdeck schedule ls';
  throw new JobdeckError('SCHEDULE_NOT_FOUND', `There is no schedule ${ref}.`, hint);
}

function taken({ name, source }: ScheduleRow): JobdeckError {
  const where = source === null ? '' : `, which ${source} defines`;
  const hint = source === null ? 'Take another name, or replace it with --replace.' : 'Take another name.';
  return new JobdeckError('SCHEDULE_EXISTS', `There is already a schedule ${name}${where}.`, hint);
}

function defined({ name, source }: ScheduleRow): JobdeckError {
  const hint = 'Edit that file. To keep it from running: jobdeck schedule pause.';
  return new JobdeckError('SCHEDULE_DEFINED', `The schedule ${name} is defined in ${source}.`, hint);
}

function templateOf(row: ScheduleRow): JobTemplate {
  return JSON.parse(row.job) as JobTemplate;
}

function toSchedule(rows: Reads, row: ScheduleRow): Schedule {
  const { id, name, cron, timezone, paused, catchUp, overlap, source, createdBy, createdAt, nextRunAt } = row;
  const { command, title, type, cwd, queue, priority, retry, timeLimitMs, workspace } = templateOf(row);
  const [last] = rows.schedules.runs(id, 1);
  return {
    ...{ id, name, cron, timezone, paused: paused === 1, catchUp, overlap, source, createdBy },
    job: {
      ...{ command, title: title ?? null, type: type ?? null, cwd: cwd ?? null },
      ...{ queue: queue ?? defaultQueue, priority: priority ?? 'normal', retry: fullPolicy(retry) },
      timeLimitMs: timeLimitMs ?? null,
    },
    workspace: workspace ?? null,
    createdAt: iso(createdAt),
    nextRunAt: nextRunAt === null ? null : iso(nextRunAt),
    lastRun: last ? toRun(last) : null,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
