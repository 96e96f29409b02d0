/**
 * Runs of schedules, inside a round of dispatching: the transaction that makes a run's job, or notes why there is none,
 * also moves the schedule on. So each of its times is dealt with once, whatever ends the daemon in between.
 */

import { JobdeckError } from '../../../shared/errors.ts';
import { plainMessage } from '../../../shared/messages/define.ts';
import type { SubmitRequest } from '../../../shared/protocol.ts';
import type { JobTemplate } from '../../../shared/schedule.ts';
import { dueBetween, nextAfter } from '../../scheduling/cron.ts';
import type { ActiveRun, ScheduleRow } from '../../store/tables/schedules.ts';
import type { Tx } from '../../store/tx.ts';
import { insertJob } from '../submission/insertJob.ts';
import { away, note, noteAll, stillActive } from './history.ts';

/** Milliseconds after which a time that was due counts as missed. */
const grace = 60_000;
/** Limits for missed times that are counted, and for those that are caught up on. */
const countedTimes = 1_000;
const caughtUpTimes = 100;
/** Jobs of a schedule that may wait for each other: with more of them it is due more often than its jobs can end. */
const queuedRuns = 100;
/** Milliseconds a clock may be set back, as for daylight saving, without a time being due twice. As in Vixie cron. */
const setBackTolerance = 3 * 3_600_000;

/** Handles all due times. `setBack`: the clock may have been set back since the last call. */
export function fireDue(tx: Tx, now: number, setBack: boolean): void {
  if (setBack) resetAfterClockChange(tx, now);
  for (const schedule of tx.schedules.due(now)) {
    try {
      fire(tx, schedule, now);
    } catch (error) {
      // Its zone or expression can't be read any more: it must not keep others from running.
      if (!(error instanceof JobdeckError)) throw error;
      tx.putSchedule({ ...schedule, paused: 1, nextRunAt: null });
      const detail = `${error.message} The schedule was paused.`;
      note(tx, schedule, now, { outcome: 'failed', scheduledFor: schedule.nextRunAt, detail: plainMessage(detail) });
    }
  }
}

/** Starts a run, as the request of its schedule says, and notes it. @throws JobdeckError UNKNOWN_QUEUE */
export function startRun(tx: Tx, schedule: ScheduleRow, now: number, run: StartedRun): string {
  const template = JSON.parse(schedule.job) as JobTemplate;
  const request: SubmitRequest = { title: schedule.name, ...template, trigger: 'scheduled', afterAny: run.after };
  const scope = { scheduledFor: new Date(run.scheduledFor ?? now).toISOString() };
  const jobId = insertJob(tx, request, now, { scheduleId: schedule.id, scope });
  note(tx, schedule, now, { outcome: 'started', scheduledFor: run.scheduledFor, jobId });
  return jobId;
}

export interface StartedRun {
  /** The time it is for; null for one that somebody asks for. */
  scheduledFor: number | null;
  /** Ids of jobs that have to end before. */
  after: string[];
}

/**
 * While the clock was far ahead by mistake, schedules moved on to times that are far away once it is corrected; this moves
 * them back. A small step back changes nothing, so that no time is due twice.
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
  // The last of all times is one that is not missed, if there is one.
  const wanted = { none: 0, last: inTime.length === 0 ? 1 : 0, all: caughtUpTimes }[catchUp];
  const late = wanted === 0 ? [] : missed.slice(-wanted);
  const left = missed.slice(0, missed.length - late.length);
  noteAll(tx, schedule, now, { outcome: 'missed', times: left, more, reason: away });
  const skipped: number[] = [];
  for (const at of late) {
    const active = tx.schedules.activeJobs(schedule.id);
    // Those that are caught up with run one after the other; skipped is what was due while another one ran.
    if (schedule.overlap === 'skip' && active.some(({ createdAt }) => createdAt <= at)) skipped.push(at);
    else tryRun(tx, schedule, now, at, active);
  }
  const [running] = tx.schedules.activeJobs(schedule.id);
  if (running) noteAll(tx, schedule, now, { outcome: 'skipped', times: skipped, reason: stillActive(running) });
  for (const at of inTime) {
    const active = tx.schedules.activeJobs(schedule.id);
    const [before] = active;
    if (schedule.overlap !== 'skip' || !before) tryRun(tx, schedule, now, at, active);
    else noteAll(tx, schedule, now, { outcome: 'skipped', times: [at], reason: stillActive(before) });
  }
}

/** Starts a run after those that are active, unless they may overlap; notes why when it can't be. */
function tryRun(tx: Tx, schedule: ScheduleRow, now: number, at: number, active: readonly ActiveRun[]): void {
  const after = schedule.overlap === 'allow' ? [] : active.map(({ id }) => id);
  if (after.length >= queuedRuns) {
    const detail = `${after.length} of its jobs have not ended yet.`;
    note(tx, schedule, now, { outcome: 'skipped', scheduledFor: at, detail: plainMessage(detail) });
    return;
  }
  try {
    startRun(tx, schedule, now, { scheduledFor: at, after });
  } catch (error) {
    if (!(error instanceof JobdeckError)) throw error;
    const detail = error.hint === null ? error.message : `${error.message} ${error.hint}`;
    note(tx, schedule, now, { outcome: 'failed', scheduledFor: at, detail: plainMessage(detail) });
  }
}
