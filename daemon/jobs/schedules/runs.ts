/**
 * Runs of schedules, within a round of dispatching. The transaction that creates the job of a run, or records why there
 * is none, also advances the schedule. Each due time is therefore handled once, even if the daemon crashes.
 */
import { JobdeckError } from '../../../shared/errors.ts';
import { problemMessage } from '../../../shared/messages/nested.ts';
import { scheduleHistory } from '../../../shared/messages/schedules.ts';
import type { SubmitRequest } from '../../../shared/protocol.ts';
import type { JobTemplate } from '../../../shared/schedule.ts';
import { dueBetween, nextAfter } from '../../scheduling/cron.ts';
import type { ActiveRun, ScheduleRow } from '../../store/tables/schedules.ts';
import type { Tx } from '../../store/tx.ts';
import { insertJob } from '../submission/insertJob.ts';
import { note, noteFailed, noteMissed, noteSkipped } from './history.ts';

/** Milliseconds after which a time that was due counts as missed. */
const grace = 60_000;
/** Maximum number of missed times that are counted, and that are caught up on. */
const countedTimes = 1_000;
const caughtUpTimes = 100;
/** Maximum number of jobs of a schedule that wait for each other. With more, runs are due faster than they finish. */
const queuedRuns = 100;
/**
 * Milliseconds a clock may be set back, as for daylight saving time, without a time being due twice. As in Vixie cron.
 */
const setBackTolerance = 3 * 3_600_000;

/** Handles all due times. `setBack`: the clock may have been set back since the last call. */
export function fireDue(tx: Tx, now: number, setBack: boolean): void {
  if (setBack) resetAfterClockChange(tx, now);
  for (const schedule of tx.schedules.due(now)) {
    try {
      fire(tx, schedule, now);
    } catch (error) {
      // Its time zone or expression is no longer valid, which must not affect other schedules.
      if (!(error instanceof JobdeckError)) throw error;
      tx.putSchedule({ ...schedule, paused: 1, nextRunAt: null });
      const detail = scheduleHistory('schedule.paused', { problem: problemMessage(error) });
      note(tx, schedule, now, { outcome: 'failed', scheduledFor: schedule.nextRunAt, detail });
    }
  }
}

/**
 * Starts a run as its schedule describes, and adds it to the history. Returns the ID of its job.
 * @throws JobdeckError UNKNOWN_QUEUE
 */
export function startRun(tx: Tx, schedule: ScheduleRow, now: number, run: StartedRun): string {
  const template = JSON.parse(schedule.job) as JobTemplate;
  const request: SubmitRequest = { title: schedule.name, ...template, trigger: 'scheduled', afterAny: run.after };
  const scope = { scheduledFor: new Date(run.scheduledFor ?? now).toISOString() };
  const jobId = insertJob(tx, request, now, { scheduleId: schedule.id, scope });
  note(tx, schedule, now, { outcome: 'started', scheduledFor: run.scheduledFor, jobId });
  return jobId;
}

export interface StartedRun {
  /** The due time; null for a manual run. */
  scheduledFor: number | null;
  /** IDs of jobs that must finish first. */
  after: string[];
}

/**
 * While the clock was far ahead by mistake, schedules advanced to times that are far away once it is corrected; this
 * moves them back. A small correction changes nothing, so that no time is due twice.
 */
function resetAfterClockChange(tx: Tx, now: number): void {
  for (const schedule of tx.schedules.ahead(now + setBackTolerance)) {
    const next = nextAfter(schedule.cron, schedule.timezone, now);
    if (next !== null && (schedule.nextRunAt ?? 0) > next) tx.putSchedule({ ...schedule, nextRunAt: next });
  }
}

function fire(tx: Tx, schedule: ScheduleRow, now: number): void {
  const { cron, timezone, catchUp } = schedule;
  const { times, more } = dueBetween(cron, timezone, schedule.nextRunAt ?? now, now, countedTimes);
  tx.putSchedule({ ...schedule, nextRunAt: nextAfter(cron, timezone, now) });
  const missed = times.filter((at) => at < now - grace);
  const inTime = times.slice(missed.length);
  const before = tx.schedules.activeJobs(schedule.id);
  if (catchUp === 'all') {
    const late = times.slice(-roomForLate(schedule, before.length));
    noteMissed(tx, schedule, now, times.slice(0, times.length - late.length), more);
    runOneByOne(tx, schedule, now, { times: late, before });
    return;
  }
  // If a time is not missed, the last one is already among the others.
  const late = catchUp === 'last' && inTime.length === 0 ? missed.slice(-1) : [];
  noteMissed(tx, schedule, now, missed.slice(0, missed.length - late.length), more);
  runOneByOne(tx, schedule, now, { times: late, before });
  for (const at of inTime) {
    const active = tx.schedules.activeJobs(schedule.id);
    const [first] = active;
    if (schedule.overlap !== 'skip' || !first) tryRun(tx, schedule, now, at, active);
    else noteSkipped(tx, schedule, now, [at], first);
  }
}

/** How many times are caught up on at most. With `queue`, they also wait for the active runs. */
function roomForLate({ overlap }: ScheduleRow, active: number): number {
  return overlap === 'queue' ? Math.max(1, Math.min(caughtUpTimes, queuedRuns - active)) : caughtUpTimes;
}

/**
 * Runs times one after the other, unless they may overlap. Of these, `skip` skips the ones that were due during an active
 * run that started `before`.
 */
function runOneByOne(
  tx: Tx,
  schedule: ScheduleRow,
  now: number,
  { times, before }: { times: readonly number[]; before: readonly ActiveRun[] },
): void {
  const isSkipped = (at: number) => schedule.overlap === 'skip' && before.some(({ createdAt }) => createdAt <= at);
  for (const at of times) {
    if (!isSkipped(at)) tryRun(tx, schedule, now, at, tx.schedules.activeJobs(schedule.id));
  }
  const [running] = before;
  if (running) noteSkipped(tx, schedule, now, times.filter(isSkipped), running);
}

/** Starts a run after the active ones, unless runs may overlap; records the reason if that fails. */
function tryRun(tx: Tx, schedule: ScheduleRow, now: number, at: number, active: readonly ActiveRun[]): void {
  const after = schedule.overlap === 'allow' ? [] : active.map(({ id }) => id);
  if (after.length >= queuedRuns) {
    const detail = scheduleHistory('schedule.tooManyActive', { count: after.length });
    note(tx, schedule, now, { outcome: 'skipped', scheduledFor: at, detail });
    return;
  }
  try {
    startRun(tx, schedule, now, { scheduledFor: at, after });
  } catch (error) {
    if (!(error instanceof JobdeckError)) throw error;
    noteFailed(tx, schedule, now, at, error);
  }
}
