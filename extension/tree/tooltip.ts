/** The Markdown tooltip of a job. All that jobs and users wrote is escaped. */
import { formatDuration, formatProgress, runTime, statusWord } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { commandIds } from '../ids.ts';
import { codeBlock, escapeMarkdown, oneLine, type Translate } from '../text.ts';
import { timeLeftText } from './timeLeftText.ts';

/** Commands a job's tooltip links to; nothing else in it may run. */
export const tooltipCommands: readonly string[] = [
  commandIds.showDetails,
  commandIds.openLog,
  commandIds.cancel,
  commandIds.retry,
  commandIds.runAgain,
];

/** A link that runs one of our commands on a job. */
export function commandLink(label: string, command: string, jobId: string): string {
  return `[${escapeMarkdown(label)}](command:${command}?${encodeURIComponent(JSON.stringify([jobId]))})`;
}

/** Everything worth knowing at a glance, and links to what can be done. `mayStart`: whether jobs may be started here. */
export function renderTooltip(job: Job, now: number, mayStart: boolean, t: Translate): string {
  const progress = [formatProgress(job), job.progress?.phase, job.progress?.message].flatMap((part) => part || []);
  const lines = [
    `**${escapeMarkdown(oneLine(job.title))}**`,
    [statusWord(job), ...times(job, now, t)].map(escapeMarkdown).join(' · '),
    progress.map((part) => escapeMarkdown(oneLine(part))).join(' · '),
    ...(job.error === null || job.status !== 'failed'
      ? []
      : [[job.error.message, job.error.hint ?? ''].map((part) => escapeMarkdown(oneLine(part, 500))).join(' ')]),
    job.commandLine === null ? '' : codeBlock(job.commandLine, 'sh'),
    job.cwd === null ? '' : `${t('in')} ${escapeMarkdown(job.cwd)}`,
    links(job, mayStart, t).join(' · '),
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

function times(job: Job, now: number, t: Translate): string[] {
  const attempt = job.attempt > 1 ? [t('attempt {0}', job.attempt)] : [];
  if (job.startedAt === null) return [t('queued {0}', clock(job.queuedAt)), ...attempt];
  if (!isTerminal(job.status) || job.endedAt === null)
    return [t('started {0}', clock(job.startedAt)), ...timeLeftText(job, now, t), ...attempt];
  const exit = job.exitCode === null ? [] : [t('exit code {0}', job.exitCode)];
  return [...exit, t('after {0}', formatDuration(runTime(job, now) ?? 0)), clock(job.endedAt), ...attempt];
}

/** A point in time in the reader's zone and manner. */
function clock(at: string): string {
  return new Date(at).toLocaleString();
}

function links(job: Job, mayStart: boolean, t: Translate): string[] {
  const { cancel, retry } = job.capabilities;
  const again =
    job.status === 'completed'
      ? commandLink(t('Run Again'), commandIds.runAgain, job.id)
      : commandLink(t('Retry'), commandIds.retry, job.id);
  return [
    commandLink(t('Details'), commandIds.showDetails, job.id),
    ...(job.attempt > 0 ? [commandLink(t('Open Log'), commandIds.openLog, job.id)] : []),
    ...(cancel.allowed ? [commandLink(t('Cancel'), commandIds.cancel, job.id)] : []),
    ...(retry.allowed && mayStart ? [again] : []),
  ];
}
