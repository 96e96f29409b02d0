/** Rows of schedules and their runs. Pure. */

import { describeCron, readCadence } from '../../shared/cadence.ts';
import { formatAgo, statusWord } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import type { RunOutcome, Schedule, ScheduleRun } from '../../shared/schedule.ts';
import { isTerminal, shownStatus } from '../../shared/status.ts';
import { messageText, oneLine, type Translate } from '../base/text.ts';
import type { InactiveSchedule } from '../definitions/inactiveSchedules.ts';
import { type RowIcon, statusIcon } from '../row/icons.ts';
import { contextTokens } from '../row/menuTokens.ts';
import { type Row, renderRow } from '../row/row.ts';
import { agoChanges, formatUntil, untilChanges } from './coarseTime.ts';

const idleIcon: RowIcon = { icon: 'calendar', color: 'foreground' };
const goneIcon: RowIcon = { icon: 'history', color: 'disabledForeground' };
const inactiveIcon: RowIcon = { icon: 'circle-slash', color: 'disabledForeground' };
const pausedIcon: RowIcon = { icon: 'debug-pause', color: 'disabledForeground' };

const outcomeIcons: Record<Exclude<RunOutcome, 'started'>, RowIcon> = {
  skipped: { icon: 'debug-step-over', color: 'disabledForeground' },
  missed: { icon: 'watch', color: 'charts.yellow' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
};

/**
 * The row of a schedule at `now` (milliseconds): how often it runs, its next run and the outcome of its last run. `job`: the job of the
 * last run. Undefined if it was removed.
 */
export function renderSchedule(schedule: Schedule, job: Job | undefined, now: number, t: Translate): Row {
  const { name, paused, nextRunAt, lastRun } = schedule;
  const description = [
    cadenceOf(schedule, t),
    paused ? t('paused') : nextWords(nextRunAt, now, t),
    ...lastWords(lastRun, job, now, t),
  ].join(' · ');
  return {
    label: oneLine(name),
    description,
    icon: paused ? pausedIcon : lastRun === null ? idleIcon : runIcon(lastRun, job),
    context: scheduleTokens(schedule).join(' '),
    spoken: [t('Schedule {0}', oneLine(name)), description].join(', '),
  };
}

/** The row of a schedule that the daemon does not run. */
export function renderInactive({ name, cron, problem }: InactiveSchedule, t: Translate): Row {
  const why = problem === null ? t('not active') : oneLine(messageText(problem, t), 160);
  const description = [describeCron(cron, t), why].join(' · ');
  return {
    label: oneLine(name),
    description,
    icon: problem === null ? inactiveIcon : outcomeIcons.failed,
    context: inactiveTokens(problem).join(' '),
    spoken: [t('Schedule {0}', oneLine(name)), description].join(', '),
  };
}

/** Menu tokens of a schedule that the daemon does not run. */
export function inactiveTokens(problem: unknown): string[] {
  return problem === null ? ['inactive'] : ['unusable'];
}

/** `every 2 minutes`, with the time zone if it is not the local one. */
export function cadenceOf({ cron, timezone }: Pick<Schedule, 'cron' | 'timezone'>, t: Translate): string {
  const words = describeCron(cron, t);
  const isLocal = timezone === Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cadence = readCadence(cron);
  const isSameAnywhere = cadence?.kind === 'seconds' || cadence?.kind === 'minutes';
  return isLocal || isSameAnywhere ? words : `${words} (${timezone})`;
}

function nextWords(nextRunAt: string | null, now: number, t: Translate): string {
  if (nextRunAt === null) return t('no next run');
  if (Date.parse(nextRunAt) <= now) return t('due now');
  return t('next {0}', formatUntil(nextRunAt, now, t));
}

/** Menu tokens of a schedule. */
export function scheduleTokens({ paused, source }: Pick<Schedule, 'paused' | 'source'>): string[] {
  return ['schedule', paused ? 'resumable' : 'pausable', ...(source === null ? [] : ['defined'])];
}

/** The row of one run. `time` formats a time. */
export function renderRun(
  run: ScheduleRun,
  job: Job | undefined,
  now: number,
  time: (iso: string) => string,
  t: Translate,
): Row {
  const label = time(run.scheduledFor ?? run.at);
  const words = runWords(run, job, now, t);
  return {
    label,
    description: words.join(' · '),
    icon: runIcon(run, job),
    context: ['run', ...(job === undefined || run.outcome !== 'started' ? [] : contextTokens(job))].join(' '),
    spoken: [label, ...words].join(', '),
  };
}

/** Milliseconds until the text of a row changes, or null. */
export function rowsChange(schedules: readonly Schedule[], now: number): number | null {
  const changes = schedules.flatMap(({ paused, nextRunAt, lastRun }) => [
    ...(paused || nextRunAt === null ? [] : [untilChanges(nextRunAt, now)]),
    ...(lastRun === null ? [] : [agoChanges(lastRun.at, now)]),
  ]);
  return changes.length === 0 ? null : Math.min(...changes);
}

/** Whether the next run is due. */
export function isDue({ paused, nextRunAt }: Schedule, now: number): boolean {
  return !paused && nextRunAt !== null && Date.parse(nextRunAt) <= now;
}

function runIcon(run: ScheduleRun, job: Job | undefined): RowIcon {
  if (run.outcome !== 'started') return outcomeIcons[run.outcome];
  return job === undefined ? goneIcon : statusIcon(shownStatus(job));
}

/** How the last run ended, and when. */
export function lastWords(run: ScheduleRun | null, job: Job | undefined, now: number, t: Translate): string[] {
  if (run === null) return [];
  const ago = formatAgo(run.at, now, t);
  if (run.outcome !== 'started') return [t('{0} {1}', outcomeWord(run.outcome, t), ago)];
  if (job === undefined) return [t('ran {0}', ago)];
  return [isTerminal(job.status) ? t('{0} {1}', statusWord(job, t), ago) : statusWord(job, t)];
}

function runWords(run: ScheduleRun, job: Job | undefined, now: number, t: Translate): string[] {
  const manual = run.scheduledFor === null ? [t('manual run')] : [];
  if (run.outcome !== 'started') {
    const why = run.detail === null ? [] : [oneLine(messageText(run.detail, t), 120)];
    return [outcomeWord(run.outcome, t), ...why];
  }
  if (job === undefined) return [t('job removed'), ...manual];
  return [statusWord(job, t), renderRow(job, now, t).description, ...manual].filter((part) => part !== '');
}

function outcomeWord(outcome: Exclude<RunOutcome, 'started'>, t: Translate): string {
  switch (outcome) {
    case 'skipped':
      return t('skipped');
    case 'missed':
      return t('missed');
    case 'failed':
      return t('failed to start');
  }
}
