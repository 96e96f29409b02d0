/** `jobdeck show` for people: everything about one job on one page. */
import {
  formatBytes,
  formatChildren,
  formatCommand,
  formatDuration,
  formatProgress,
  runTime,
} from '../../shared/format.ts';
import type { Attempt, Job, JobDetail } from '../../shared/job.ts';
import { timeLeftSentence } from '../../shared/timeLeft.ts';
import { waitSentence } from '../../shared/waitSentence.ts';
import type { Colors } from '../output/colors.ts';
import { pad, printable, printableLines } from '../output/text.ts';
import { joinSections, localTime, titledSection } from './sections.ts';
import { attemptStyle, statusStyle } from './statusStyle.ts';

export interface PageOptions {
  now: number;
  colors: Colors;
  /** The end of the latest attempt's log, when there is any. */
  output: string | null;
  /** Of a group: the first of its jobs that failed. */
  failed: readonly Job[];
}

/** Lines of output and of the timeline that are shown. */
const outputLines = 12;
const timelineLines = 20;

/** The lines of the page. */
export function renderJob(job: JobDetail, options: PageOptions): string[] {
  const { colors, output } = options;
  const look = statusStyle(job);
  const sections = [
    [`${look.paint(colors, look.text)}  ${colors.bold(printable(job.title))}`, ...progressLine(job, options.now)],
    errorLines(job, colors),
    factLines(job, options),
    titledSection('Failed jobs', failedLines(job, options), colors),
    titledSection(
      'Attempts',
      job.attempts.map((attempt) => attemptLine(attempt, options)),
      colors,
    ),
    titledSection('Timeline', timeline(job), colors),
    titledSection('Last output', output === null ? [] : printableLines(output).slice(-outputLines), colors),
  ];
  return joinSections(sections);
}

function failedLines({ children }: JobDetail, { failed, colors }: PageOptions): string[] {
  const lines = failed.map(({ id, title, error }) => {
    const why = error === null ? '' : `  ${colors.dim(printable(error.message))}`;
    return `${id}  ${printable(title)}${why}`;
  });
  const more = (children === null ? 0 : children.failed + children.lost) - failed.length;
  return more > 0 ? [...lines, colors.dim(`… and ${more} more`)] : lines;
}

function progressLine(job: JobDetail, now: number): string[] {
  // What its facts tell in full.
  if (job.children !== null) return [formatProgress(job) ?? ''];
  const told = [formatProgress(job), job.progress?.phase, job.progress?.message, timeLeftSentence(job, now)];
  const parts = told.filter((part) => Boolean(part));
  return parts.length === 0 ? [] : [parts.map((part) => printable(part ?? '')).join(' · ')];
}

function errorLines({ error }: JobDetail, colors: Colors): string[] {
  if (error === null) return [];
  const hint = error.hint === null ? [] : [`→ ${printable(error.hint)}`];
  return [`${colors.red(printable(error.message))} ${colors.dim(`(${printable(error.code)})`)}`, ...hint];
}

function factLines(job: JobDetail, { now, colors }: PageOptions): string[] {
  const took = runTime(job, now);
  const by = job.createdBy === null ? '' : ` by ${job.createdBy}`;
  const facts: [string, string | null][] = [
    ['id', job.id],
    ['command', job.command === null ? job.commandLine : formatCommand(job.command)],
    ['folder', job.cwd],
    ['type', job.type],
    ['trigger', job.trigger],
    ['engine', job.connection === null ? null : `${job.engine} at ${job.connection}`],
    ['id there', job.externalId],
    ['worker', job.worker],
    ['priority', job.priority === 'normal' ? null : job.priority],
    ['queue', job.queue === 'default' ? null : job.queue],
    ['after', job.dependencies.map(({ jobId, always }) => (always ? `${jobId} (however it ends)` : jobId)).join(', ')],
    ['retries', job.retry === null ? null : `${job.retry.attempts} at most`],
    ['limit', job.timeLimitMs === null ? null : formatDuration(job.timeLimitMs)],
    ['group', job.parentId],
    ['covers', job.rangeStart && job.rangeEnd && `${job.rangeStart} to ${job.rangeEnd}`],
    ['jobs', job.children && formatChildren(job.children)],
    ['at a time', job.groupConcurrency === null ? null : `${job.groupConcurrency} at most`],
    ['waits', waitSentence(job, now)],
    ['created', `${localTime(job.createdAt)}${by}`],
    ['started', job.startedAt && localTime(job.startedAt)],
    ['ended', job.endedAt && localTime(job.endedAt)],
    ['took', took === null ? null : formatDuration(took)],
    ['exit code', exitText(job)],
    [job.resources === null ? 'used' : 'uses', usageText(job)],
  ];
  return facts.flatMap(([name, value]) => {
    return value === null || value === '' ? [] : [`${colors.dim(pad(name, 10))} ${printable(value)}`];
  });
}

/** What a running job uses, or the most that a finished one was seen with. */
function usageText({ resources, attempts }: JobDetail): string | null {
  if (resources === null) {
    const peak = attempts.at(-1)?.peakMemoryBytes ?? null;
    return peak === null ? null : `${formatBytes(peak)} of memory at its peak`;
  }
  const { cpuPercent, memoryBytes, peakMemoryBytes, processes } = resources;
  const memory = `${formatBytes(memoryBytes)} of memory, ${formatBytes(peakMemoryBytes)} at its peak`;
  return `${Math.round(cpuPercent)} % of a processor · ${memory} · ${processes} ${processes === 1 ? 'process' : 'processes'}`;
}

function exitText({ exitCode, signal }: Pick<Attempt, 'exitCode' | 'signal'>): string | null {
  if (signal !== null) return exitCode === null ? signal : `${exitCode} (${signal})`;
  return exitCode === null ? null : String(exitCode);
}

function attemptLine(attempt: Attempt, { now, colors }: PageOptions): string {
  const look = attemptStyle(attempt.status);
  const took = runTime(attempt, now);
  const exit = exitText(attempt);
  const parts = [
    localTime(attempt.startedAt ?? attempt.createdAt),
    took === null ? null : formatDuration(took),
    exit === null ? null : `exit ${exit}`,
    attempt.logBytes === null ? 'no log' : `log ${formatBytes(attempt.logBytes)}`,
  ].filter((part) => part !== null);
  return `${attempt.number}  ${look.paint(colors, pad(look.text, 11))}  ${colors.dim(parts.join(' · '))}`;
}

function timeline(job: JobDetail): string[] {
  return job.events.slice(-timelineLines).map((event) => {
    const level = event.level === 'info' ? '' : `${event.level}: `;
    return `${localTime(event.at)}  ${level}${printable(event.message)}`;
  });
}
