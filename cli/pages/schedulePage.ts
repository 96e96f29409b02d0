/** Schedules for people: as a table, and one on a page. */
import { formatAgo, formatCommand, formatDuration } from '../../shared/format.ts';
import type { Schedule, ScheduleDetail, ScheduleRun } from '../../shared/schedule.ts';
import type { Colors } from '../output/colors.ts';
import { renderColumns } from '../output/columns.ts';
import { pad, printable } from '../output/text.ts';
import { joinSections, localTime, titledSection } from './sections.ts';

/** Entries of the history that are shown. */
const shownEntries = 20;

/** The schedules as a table, its head first. */
export function renderSchedules(schedules: readonly Schedule[], now: number): string[] {
  const rows = schedules.map(({ name, cron, timezone, paused, nextRunAt, lastRun }) => [
    ...[printable(name), printable(cron), printable(timezone)],
    paused ? 'paused' : nextRunAt === null ? 'none' : timeAhead(nextRunAt, now),
    lastRun === null ? 'none yet' : `${lastRun.outcome} ${formatAgo(lastRun.at, now)}`,
  ]);
  return renderColumns(['SCHEDULE', 'CRON', 'TIME ZONE', 'NEXT RUN', 'LAST RUN'], rows);
}

/** Everything about one schedule. */
export function renderSchedule(schedule: ScheduleDetail, { now, colors }: { now: number; colors: Colors }): string[] {
  const { name, cron, timezone, paused, nextRuns, runs, job } = schedule;
  const facts: [string, string | null][] = [
    ['id', schedule.id],
    ['cron', `${cron} (${timezone})`],
    ['command', formatCommand(job.command)],
    ['folder', job.cwd],
    ['title', job.title],
    ['type', job.type],
    ['queue', job.queue === 'default' ? null : job.queue],
    ['priority', job.priority === 'normal' ? null : job.priority],
    ['retries', job.retry === null ? null : `${job.retry.attempts} at most`],
    ['limit', job.timeLimitMs === null ? null : formatDuration(job.timeLimitMs)],
    ['catch-up', schedule.catchUp],
    ['overlap', schedule.overlap],
    ['defined in', schedule.source],
    ['created', `${localTime(schedule.createdAt)}${schedule.createdBy === null ? '' : ` by ${schedule.createdBy}`}`],
  ];
  const entries = runs.slice(0, shownEntries).map((run) => entryLine(run, colors));
  const more = runs.length - entries.length;
  const sections = [
    [
      `${paused ? colors.yellow('‖ Paused') : colors.green('◷ Enabled')}  ${colors.bold(printable(name))}`,
      ...facts.flatMap(([title, value]) =>
        value === null ? [] : [`${colors.dim(pad(title, 10))} ${printable(value)}`],
      ),
    ],
    titledSection('Next runs', nextRunLines(nextRuns, now), colors),
    titledSection('History', [...entries, ...(more > 0 ? [`and ${more} more; see --json`] : [])], colors),
  ];
  return joinSections(sections);
}

/** Times ahead, one a line: `2026-03-01 03:00:00 in 3 h 5 min`. */
export function nextRunLines(times: readonly string[], now: number): string[] {
  return times.map((at) => timeAhead(at, now));
}

function timeAhead(at: string, now: number): string {
  const left = Date.parse(at) - now;
  // Whole seconds, rounded up, so that it never says “in 0 s”.
  return `${localTime(at)} ${left > 0 ? `in ${formatDuration(Math.ceil(left / 1000) * 1000)}` : 'now'}`;
}

/** `2026-03-01 03:00:00  started  k3x9…`, or why it was not. */
function entryLine({ scheduledFor, at, outcome, jobId, detail }: ScheduleRun, colors: Colors): string {
  const when = scheduledFor === null ? `${localTime(at)} (asked for)` : localTime(scheduledFor);
  const what = outcome === 'failed' ? colors.red(pad(outcome, 7)) : pad(outcome, 7);
  return `${when}  ${what}  ${printable(detail?.message ?? jobId ?? '')}`.trimEnd();
}
