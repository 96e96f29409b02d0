/** `jobdeck ls` for people: one line per job, as wide as the terminal. */
import { formatAgo, formatDuration, formatProgress, runTime } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { timeLeftSentence } from '../../shared/timeLeft.ts';
import { waitSentence } from '../../shared/waits.ts';
import type { Colors } from '../output/colors.ts';
import { cut, pad, printable, textWidth } from '../output/text.ts';
import { statusStyle } from './statusStyle.ts';

export interface TableOptions {
  now: number;
  /** Columns of the terminal; Infinity if the output is not a terminal. */
  width: number;
  colors: Colors;
}

interface Column {
  title: string;
  /** Columns with a number are left out when the terminal is too narrow, 1 first. */
  dispensable?: number;
  cell(job: Job, now: number): string;
}

const gap = '  ';
/** Width of the title below which other columns are left out. */
const titleMinimum = 16;

const columns: Column[] = [
  { title: 'ID', cell: (job) => printable(job.id) },
  { title: 'STATUS', cell: (job) => statusStyle(job).text },
  { title: 'TITLE', cell: (job) => printable(job.title) },
  {
    title: 'PROGRESS',
    dispensable: 2,
    cell: (job, now) => printable(progressText(job, now)),
  },
  { title: 'TIME', dispensable: 3, cell: (job, now) => durationText(runTime(job, now)) },
  { title: 'WHEN', dispensable: 1, cell: (job, now) => formatAgo(job.endedAt ?? job.startedAt ?? job.createdAt, now) },
];

function progressText(job: Job, now: number): string {
  return [formatProgress(job) ?? waitSentence(job, now), timeLeftSentence(job, now)]
    .filter((part) => part !== null)
    .join(' · ');
}

function durationText(ms: number | null): string {
  return ms === null ? '' : formatDuration(ms);
}

/** The lines of the table with its head. */
export function renderJobs(jobs: readonly Job[], { now, width, colors }: TableOptions): string[] {
  const rows = jobs.map((job) => ({ job, cells: columns.map((column) => column.cell(job, now)) }));
  const needs = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map(({ cells }) => textWidth(cells[index] ?? ''))),
  );
  const shown = shownColumns(rows, needs, width);
  const title = columns.findIndex((column) => column.title === 'TITLE');
  const others = shown.filter((index) => index !== title).reduce((sum, index) => sum + (needs[index] ?? 0), 0);
  const titleWidth = Math.max(1, Math.min(needs[title] ?? 0, width - others - gap.length * (shown.length - 1)));
  const place = (text: string, index: number) => {
    const columnWidth = index === title ? titleWidth : (needs[index] ?? 0);
    return index === shown.at(-1) ? cut(text, columnWidth) : pad(cut(text, columnWidth), columnWidth);
  };
  const head = shown.map((index) => place(columns[index]?.title ?? '', index)).join(gap);
  const lines = rows.map(({ job, cells }) =>
    shown.map((index) => painted(job, index, place(cells[index] ?? '', index), colors)).join(gap),
  );
  return [colors.dim(head.trimEnd()), ...lines.map((line) => line.trimEnd())];
}

/** Indexes of the columns to show: those with content, without the ones that must make room for the title. */
function shownColumns(rows: readonly { cells: string[] }[], needs: readonly number[], width: number): number[] {
  let shown = columns.flatMap((column, index) => {
    const empty = column.dispensable !== undefined && rows.every(({ cells }) => cells[index] === '');
    return empty ? [] : [index];
  });
  const taken = () =>
    shown.reduce((sum, index) => {
      const need = needs[index] ?? 0;
      return sum + gap.length + (columns[index]?.title === 'TITLE' ? Math.min(need, titleMinimum) : need);
    }, -gap.length);
  const dispensable = columns
    .map((column, index) => ({ index, order: column.dispensable ?? 0 }))
    .filter(({ order }) => order > 0)
    .sort((a, b) => a.order - b.order);
  for (const { index } of dispensable) {
    if (taken() <= width) break;
    shown = shown.filter((one) => one !== index);
  }
  return shown;
}

function painted(job: Job, index: number, text: string, colors: Colors): string {
  const title = columns[index]?.title;
  if (title === 'STATUS') return statusStyle(job).paint(colors, text);
  return title === 'TITLE' ? text : colors.dim(text);
}
