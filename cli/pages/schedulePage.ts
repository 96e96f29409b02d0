/** Schedules for people: as a table, and the details of one. */
import { formatAgo, formatCommand, formatDuration } from '../../shared/format.ts';
import type { Schedule, ScheduleDetail, ScheduleRun } from '../../shared/schedule.ts';
import type { Colors } from '../output/colors.ts';
import { renderColumns } from '../output/columns.ts';
import { pad, printable } from '../output/text.ts';
import { localTime, startText, zonedTime } from '../output/time.ts';
import { joinSections, titledSection } from './sections.ts';

/** Entries of the history to show. */
const shownEntries = 20;

/** The schedules as a table with its head. */
export function renderSchedules(schedules: readonly Schedule[], now: number): string[] {
  const rows = schedules.map(({ name, cron, timezone, paused, nextRunAt, lastRun }) => [
    printable(name),
    printable(cron),
    printable(timezone),
    paused ? 'paused' : nextRunAt === null ? 'none' : startText(nextRunAt, now),
    lastRun === null ? 'none yet' : `${lastRun.outcome} ${formatAgo(lastRun.at, now)}`,
  ]);
  return renderColumns(['SCHEDULE', 'CRON', 'TIME ZONE', 'NEXT RUN', 'LAST RUN'], rows);
}

/** The details of a schedule. */
export function renderSchedule(schedule: ScheduleDetail, { now, colors }: { now: number; colors: Colors }): string[] {
  const { name, cron, timezone, paused, nextRuns, runs, job } = schedule;
  const facts: [string, string | null][] = [
    ['ID', schedule.id],
    ['cron', `${cron} (${timezone})`],
    ['command', formatCommand(job.command)],
    ['folder', job.cwd],
    ['title', job.title],
    ['type', job.type],
    ['tags', job.tags.length === 0 ? null : job.tags.join(', ')],
    ['queue', job.queue === 'default' ? null : job.queue],
    ['priority', job.priority === 'normal' ? null : job.priority],
    ['retries', job.retry === null ? null : `up to ${job.retry.attempts}`],
    ['timeout', job.timeLimitMs === null ? null : formatDuration(job.timeLimitMs)],
    ['catch-up', schedule.catchUp],
    ['overlap', schedule.overlap],
    ['defined in', schedule.source],
    ['created', `${zonedTime(schedule.createdAt)}${schedule.createdBy === null ? '' : ` by ${schedule.createdBy}`}`],
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
    titledSection('History', [...entries, ...(more > 0 ? [`… and ${more} more; --json prints all`] : [])], colors),
  ];
  return joinSections(sections);
}

/** Future times, one per line: `2026-03-01 03:00:00 UTC+1, in 3 h 5 min`. */
export function nextRunLines(times: readonly string[], now: number): string[] {
  return times.map((at) => startText(at, now));
}

/** `2026-03-01 03:00:00  started  k3x9…`, or the reason why it wasn’t started. */
function entryLine({ scheduledFor, at, outcome, jobId, detail }: ScheduleRun, colors: Colors): string {
  const when = scheduledFor === null ? `${localTime(at)} (manual)` : localTime(scheduledFor);
  const what = outcome === 'failed' ? colors.red(pad(outcome, 7)) : pad(outcome, 7);
  return `${when}  ${what}  ${printable(detail?.message ?? jobId ?? '')}`.trimEnd();
}
