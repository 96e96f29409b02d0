/** `jobdeck stats` for people. */
import { formatDuration, formatShare } from '../../shared/format.ts';
import type { Stats, StatsFigures } from '../../shared/stats.ts';
import type { Colors } from '../output/colors.ts';
import { cut, pad, printable, textWidth } from '../output/text.ts';

/** Types and days to show; --json prints all. */
const maxTypes = 20;
const maxDays = 14;
const maxTypeWidth = 30;
const barWidth = 30;

const head = ['TYPE', 'JOBS', 'SUCCESS', 'FAILED', 'CANCELLED', 'AVERAGE', 'P50', 'P95', 'TOTAL'];

/** The lines of the page. */
export function renderStats(stats: Stats, colors: Colors): string[] {
  const { pending, waiting, running } = stats.active;
  const period = `${stats.firstDay} to ${stats.lastDay} (${stats.timezone})`;
  const active = `${running} running, ${waiting} waiting, ${pending} pending`;
  if (stats.jobs === 0) return [`No jobs finished from ${period}.`, `Now: ${active}.`];
  const rows = [
    ...stats.types.slice(0, maxTypes).map((type) => row(type.type, type)),
    row(stats.types.length > maxTypes ? `all ${stats.types.length} types` : 'all', stats),
  ];
  return [
    `${colors.bold(`${stats.jobs} ${stats.jobs === 1 ? 'job' : 'jobs'}`)} finished from ${period}. Now: ${active}.`,
    '',
    ...columns([head, ...rows]).map((line, index) => (index === 0 ? colors.dim(line) : line)),
    '',
    ...days(stats, colors),
  ];
}

function row(name: string, figures: StatsFigures): string[] {
  const { jobs, failed, lost, cancelled, successRate, averageMs, p50Ms, p95Ms, totalMs } = figures;
  const time = (ms: number | null) => (ms === null ? '' : formatDuration(ms));
  return [
    cut(printable(name), maxTypeWidth),
    String(jobs),
    successRate === null ? '' : formatShare(successRate),
    String(failed + lost),
    String(cancelled),
    time(averageMs),
    time(p50Ms),
    time(p95Ms),
    time(totalMs),
  ];
}

/** The first column is left-aligned, the numbers are right-aligned. */
function columns(rows: string[][]): string[] {
  const widths = head.map((_, index) => Math.max(...rows.map((cells) => textWidth(cells[index] ?? ''))));
  return rows.map((cells) =>
    cells
      .map((cell, index) => (index === 0 ? pad(cell, widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function days(stats: Stats, colors: Colors): string[] {
  const shown = stats.days.slice(-maxDays);
  const most = Math.max(...shown.map(({ jobs }) => jobs));
  const width = String(most).length;
  return shown.map(({ day, jobs, failed, lost }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((jobs / most) * barWidth)));
    const bad = failed + lost === 0 ? '' : `  ${failed + lost} failed`;
    return `${colors.dim(day)}  ${String(jobs).padStart(width)}  ${colors.blue(bar)}${colors.red(bad)}`;
  });
}
