/** The commands on schedules. */
import { homedir } from 'node:os';
import type { JobdeckError } from '../../../shared/errors.ts';
import type { JobDetail } from '../../../shared/job.ts';
import { scheduleProblem } from '../../../shared/messages/schedules.ts';
import type {
  CronQuery,
  CronReply,
  JobTemplate,
  Schedule,
  ScheduleChange,
  ScheduleDetail,
  ScheduleRequest,
} from '../../../shared/schedule.ts';
import type { Clock } from '../../clock.ts';
import { checkPattern } from '../../progress/pattern.ts';
import { checkCron, checkTimeZone, nextAfter, nextRuns } from '../../scheduling/cron.ts';
import type { Reads } from '../../store/reads.ts';
import type { Store } from '../../store/store.ts';
import { keptRuns, type ScheduleRow } from '../../store/tables/schedules.ts';
import type { Tx } from '../../store/tx.ts';
import { newId } from '../ids.ts';
import type { DefinedSchedules, ScheduleCommands } from '../ports.ts';
import { defaultQueue, existingQueue } from '../queues/queue.ts';
import { checkCommand, checkCwd, checkEnvironment } from '../submission/checks.ts';
import { fullPolicy } from '../submission/defaults.ts';
import type { Writer } from '../writer.ts';
import { toRun } from './history.ts';
import { startRun } from './runs.ts';

/** Number of next runs in the detail of a schedule. */
const shownRuns = 5;

export interface SchedulesDeps {
  store: Store;
  writer: Writer;
  clock: Clock;
  /** Called after due times have changed. */
  onChanged(): void;
}

export class Schedules implements ScheduleCommands, DefinedSchedules {
  readonly #deps: SchedulesDeps;
  /** Requests that were checked and need no second check. */
  readonly #checked = new WeakSet<ScheduleRequest>();

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
    await this.check(request);
    const { name, replace = false, dryRun = false } = request;
    const row = (rows: Reads) => {
      const found = rows.schedules.find(name);
      // The name may also be the ID of another schedule.
      const before = found?.name === name ? found : null;
      if (before !== null && !replace) throw taken(before);
      if (before !== null && before.source !== null) throw defined(before.name, before.source);
      return this.#row(rows, request, null, before);
    };
    if (dryRun) return this.#deps.store.read((rows) => toSchedule(rows, row(rows)));
    return this.#put(row);
  }

  sources(): ReadonlyMap<string, string | null> {
    return this.#deps.store.read((rows) => rows.schedules.sources());
  }

  /** Checks what can be checked before anything is written. */
  async check(request: ScheduleRequest, folders = new Set<string>()): Promise<void> {
    if (this.#checked.has(request)) return;
    const { cron, timezone, job } = request;
    checkCron(cron, checkTimeZone(timezone), this.#deps.clock.now());
    checkCommand(job.command);
    checkEnvironment(job.env);
    if (job.outputProgress) checkPattern(job.outputProgress.pattern);
    const cwd = job.cwd ?? homedir();
    if (!folders.has(cwd)) await checkCwd(cwd);
    folders.add(cwd);
    this.#checked.add(request);
  }

  async change(ref: string, { cron, timezone, overlap, queue }: ScheduleChange): Promise<Schedule> {
    return this.#put((rows) => {
      const row = existing(rows, ref);
      if (row.source !== null) throw defined(row.name, row.source);
      const job = templateOf(row);
      const request: ScheduleRequest = {
        name: row.name,
        cron: cron ?? row.cron,
        timezone: timezone ?? row.timezone,
        catchUp: row.catchUp,
        overlap: overlap ?? row.overlap,
        job: queue === undefined ? job : { ...job, queue },
      };
      checkCron(request.cron, checkTimeZone(request.timezone), this.#deps.clock.now());
      return this.#row(rows, request, null, row);
    });
  }

  setPaused(ref: string, paused: boolean): Promise<Schedule> {
    return this.#put((rows) => {
      const row = existing(rows, ref);
      if ((row.paused === 1) === paused) return row;
      return { ...row, paused: paused ? 1 : 0, nextRunAt: paused ? null : this.#next(row) };
    }, paused);
  }

  async runNow(ref: string): Promise<JobDetail> {
    const { store, writer, clock } = this.#deps;
    const template = store.read((rows) => templateOf(existing(rows, ref)));
    await checkCwd(template.cwd ?? homedir());
    const id = await writer.write((tx) =>
      startRun(tx, existing(tx, ref), clock.now(), { scheduledFor: null, after: [] }),
    );
    const job = store.detail(id);
    if (job === null) throw new Error('The started job does not exist.');
    return job;
  }

  async remove(ref: string): Promise<void> {
    await this.#deps.writer.write((tx) => {
      const row = existing(tx, ref);
      if (row.source !== null) throw defined(row.name, row.source);
      tx.removeSchedule(row.id);
    });
    this.#deps.onChanged();
  }

  async define(
    source: string,
    requests: readonly ScheduleRequest[],
    kept: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    for (const request of requests) await this.check(request);
    const names = new Set(requests.map(({ name }) => name));
    if (names.size < requests.length) throw scheduleProblem('INVALID_REQUEST/scheduleNames', { file: source });
    await this.#deps.writer.write((tx) => {
      const before = new Map(tx.schedules.all().map((row) => [row.name, row]));
      for (const row of before.values()) {
        if (row.source !== source || names.has(row.name) || kept.has(row.name)) continue;
        if (row.paused === 1) tx.notePausedDefinition(source, row.name, true);
        tx.removeSchedule(row.id);
      }
      // A schedule that returns, for example with another branch, is still paused.
      const paused = tx.definitions.paused(source);
      for (const request of requests) {
        const row = before.get(request.name) ?? null;
        if (row !== null && row.source !== source) throw taken(row);
        const returns = paused.has(request.name);
        tx.putSchedule(this.#row(tx, returns ? { ...request, paused: true } : request, source, row));
        if (returns) tx.notePausedDefinition(source, request.name, false);
      }
    });
    this.#deps.onChanged();
  }

  /** The row to write. An existing schedule keeps its ID, and its next run unless its times have changed. */
  #row(rows: Reads, request: ScheduleRequest, source: string | null, before: ScheduleRow | null): ScheduleRow {
    const { name, cron, timezone: zone, catchUp = 'none', overlap = 'skip', job } = request;
    existingQueue(rows, job.queue ?? defaultQueue);
    const timezone = checkTimeZone(zone);
    const paused = before === null ? request.paused === true : before.paused === 1;
    const kept = before?.cron === cron && before.timezone === timezone ? before.nextRunAt : null;
    return {
      id: before?.id ?? newId((id) => rows.schedules.find(id) !== null),
      name,
      cron,
      timezone,
      paused: paused ? 1 : 0,
      catchUp,
      overlap,
      source,
      job: JSON.stringify(job),
      createdBy: job.createdBy ?? null,
      createdAt: before?.createdAt ?? this.#deps.clock.now(),
      nextRunAt: paused ? null : (kept ?? this.#next({ cron, timezone })),
    };
  }

  #next({ cron, timezone }: Pick<ScheduleRow, 'cron' | 'timezone'>): number | null {
    return nextAfter(cron, timezone, this.#deps.clock.now());
  }

  /** `mustWork`: also on a full disk. */
  async #put(change: (rows: Reads) => ScheduleRow, mustWork = false): Promise<Schedule> {
    const { writer } = this.#deps;
    const write = <T>(closure: (tx: Tx) => T) => (mustWork ? writer.command(closure) : writer.write(closure));
    const schedule = await write((tx) => {
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
  throw scheduleProblem('SCHEDULE_NOT_FOUND', { schedule: ref });
}

function taken({ name, source }: ScheduleRow): JobdeckError {
  return source === null
    ? scheduleProblem('SCHEDULE_EXISTS', { schedule: name })
    : scheduleProblem('SCHEDULE_EXISTS/defined', { schedule: name, file: source });
}

function defined(name: string, file: string): JobdeckError {
  return scheduleProblem('SCHEDULE_DEFINED', { schedule: name, file });
}

function templateOf(row: ScheduleRow): JobTemplate {
  return JSON.parse(row.job) as JobTemplate;
}

function toSchedule(rows: Reads, row: ScheduleRow): Schedule {
  const { id, name, cron, timezone, paused, catchUp, overlap, source, createdBy, createdAt, nextRunAt } = row;
  const { command, title, type, cwd, queue, priority, tags, retry, timeLimitMs, workspace } = templateOf(row);
  const [last] = rows.schedules.runs(id, 1);
  return {
    id,
    name,
    cron,
    timezone,
    paused: paused === 1,
    catchUp,
    overlap,
    source,
    createdBy,
    job: {
      command,
      title: title ?? null,
      type: type ?? null,
      cwd: cwd ?? null,
      queue: queue ?? defaultQueue,
      priority: priority ?? 'normal',
      tags: tags ?? [],
      retry: fullPolicy(retry),
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
