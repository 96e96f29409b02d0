/** `jobdeck show` for people: the details of a job. */
import { dateRangeFormat } from '../../shared/dateRange.ts';
import { failureReason, headlineText } from '../../shared/failureReason.ts';
import {
  formatBytes,
  formatChildren,
  formatCommand,
  formatDuration,
  formatProgress,
  runTime,
} from '../../shared/format.ts';
import type { Attempt, Job, JobDetail } from '../../shared/job.ts';
import { leftoverSentence, leftoversOf, processNames } from '../../shared/leftovers.ts';
import { timeLeftSentence } from '../../shared/timeLeft.ts';
import { waitSentence } from '../../shared/waits.ts';
import type { Colors } from '../output/colors.ts';
import { pad, printable } from '../output/text.ts';
import { localTime, zonedTime } from '../output/time.ts';
import { placeText } from './jobLine.ts';
import { joinSections, titledSection } from './sections.ts';
import { attemptStyle, statusStyle } from './statusStyle.ts';

export interface PageOptions {
  now: number;
  colors: Colors;
  /** The last lines of output of the latest attempt. */
  output: readonly string[];
  /** The first failed jobs of a group. */
  failed: readonly Job[];
}

/** Lines of the timeline to show. */
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
      job.attempts.map((attempt) => attemptLine(attempt, job, options)),
      colors,
    ),
    titledSection('Timeline', timeline(job), colors),
    titledSection('Last output', output, colors),
  ];
  return joinSections(sections);
}

function failedLines({ children }: JobDetail, { failed, colors }: PageOptions): string[] {
  const lines = failed.map(({ id, title, error }) => {
    const reason = error === null ? '' : `  ${colors.dim(printable(failureReason(error)))}`;
    return `${id}  ${printable(title)}${reason}`;
  });
  const more = (children === null ? 0 : children.failed + children.lost) - failed.length;
  return more > 0 ? [...lines, colors.dim(`… and ${more} more`)] : lines;
}

function progressLine(job: JobDetail, now: number): string[] {
  // The facts have the details of a group.
  if (job.children !== null) return [formatProgress(job) ?? ''];
  const all = [formatProgress(job), job.progress?.phase, job.progress?.message, timeLeftSentence(job, now)];
  const parts = all.filter((part) => Boolean(part));
  return parts.length === 0 ? [] : [parts.map((part) => printable(part ?? '')).join(' · ')];
}

function errorLines({ error }: JobDetail, colors: Colors): string[] {
  if (error === null) return [];
  const hint = error.hint === null ? [] : [`→ ${printable(error.hint)}`];
  const code = colors.dim(`(${printable(error.code)})`);
  const headline = headlineText(error);
  if (headline === null) return [`${colors.red(printable(error.message))} ${code}`, ...hint];
  // The hint about a bare exit code refers to the output, which the headline is part of.
  return [`${colors.red(printable(headline))}${placeText(error)}`, `${printable(error.message)} ${code}`];
}

function factLines(job: JobDetail, { now, colors }: PageOptions): string[] {
  const took = runTime(job, now);
  const by = job.createdBy === null ? '' : ` by ${job.createdBy}`;
  const facts: [string, string | null][] = [
    ['ID', job.id],
    ['command', job.command === null ? job.commandLine : formatCommand(job.command)],
    ['folder', job.cwd],
    ['type', job.type],
    ['tags', job.tags.join(', ')],
    ['trigger', job.trigger === 'retrospective' ? 'backfill' : job.trigger],
    ['engine', job.connection === null ? null : `${job.engine} at ${job.connection}`],
    ['remote ID', job.externalId],
    ['worker', job.worker],
    ['priority', job.priority === 'normal' ? null : job.priority],
    ['queue', job.queue === 'default' ? null : job.queue],
    ['after', job.dependencies.map(({ jobId, always }) => (always ? `${jobId} (any result)` : jobId)).join(', ')],
    ['retries', job.retry === null ? null : `up to ${job.retry.attempts}`],
    ['timeout', job.timeLimitMs === null ? null : formatDuration(job.timeLimitMs)],
    ['group', job.parentId],
    ['range', job.rangeStart && job.rangeEnd && dateRangeFormat().text({ start: job.rangeStart, end: job.rangeEnd })],
    ['jobs', job.children && formatChildren(job.children)],
    ['concurrency', job.groupConcurrency === null ? null : String(job.groupConcurrency)],
    ['waiting', waitSentence(job, now)],
    ['starts', job.waitReason === 'delay' ? job.waitUntil && zonedTime(job.waitUntil) : null],
    ['created', `${zonedTime(job.createdAt)}${by}`],
    ['started', job.startedAt && zonedTime(job.startedAt)],
    ['finished', job.endedAt && zonedTime(job.endedAt)],
    ['duration', took === null ? null : formatDuration(took)],
    ['exit code', exitText(job)],
    ['killed', killedText(job)],
    ['resources', usageText(job)],
    ['processes', leftoverText(job)],
  ];
  return facts.flatMap(([name, value]) => {
    return value === null || value === '' ? [] : [`${colors.dim(pad(name, 11))} ${printable(value)}`];
  });
}

/** The resources of a running job, or the peak memory of a finished one. */
function usageText({ resources, attempts }: JobDetail): string | null {
  if (resources === null) {
    const peak = attempts.at(-1)?.peakMemoryBytes ?? null;
    return peak === null ? null : `peak memory ${formatBytes(peak)}`;
  }
  const { cpuPercent, memoryBytes, peakMemoryBytes, processes } = resources;
  const memory = `memory ${formatBytes(memoryBytes)}, peak ${formatBytes(peakMemoryBytes)}`;
  return `CPU ${Math.round(cpuPercent)}% of one core · ${memory} · ${processes} ${processes === 1 ? 'process' : 'processes'}`;
}

/** That the latest attempt had to be killed. */
function killedText({ attempts }: JobDetail): string | null {
  const killedAfterMs = attempts.at(-1)?.killedAfterMs ?? null;
  return killedAfterMs === null ? null : `did not end within ${formatDuration(killedAfterMs)}`;
}

/** The processes that run although the job has finished. */
function leftoverText(job: JobDetail): string | null {
  const sentence = leftoverSentence(job);
  return sentence === null
    ? null
    : `${sentence}: ${processNames(leftoversOf(job.attempts))} (end: jobdeck kill ${job.id})`;
}

function exitText({ exitCode, signal }: Pick<Attempt, 'exitCode' | 'signal'>): string | null {
  if (signal !== null) return exitCode === null ? signal : `${exitCode} (${signal})`;
  return exitCode === null ? null : String(exitCode);
}

function attemptLine(attempt: Attempt, job: JobDetail, { now, colors }: PageOptions): string {
  const look = attemptStyle(attempt, job);
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
