/** The Markdown tooltip of a job. Text from jobs and users is escaped. */

import type { Connection } from '../../shared/connection.ts';
import { failureReason, headlineText } from '../../shared/failureReason.ts';
import { formatChildren, formatDuration, formatProgress, runTime, statusWord } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { leftoverSentence } from '../../shared/leftovers.ts';
import { isTerminal, shownStatus } from '../../shared/status.ts';
import { timeLeftSentence } from '../../shared/timeLeft.ts';
import { commandIds } from '../base/ids.ts';
import { codeBlock, escapeMarkdown, hintText, oneLine, type Translate } from '../base/text.ts';
import { contextTokens, offered } from './menuTokens.ts';
import { remoteLines } from './remoteLooks.ts';

/** Commands that a job's tooltip links to. No others are allowed to run. */
export const tooltipCommands: readonly string[] = [
  commandIds.showDetails,
  commandIds.openLog,
  commandIds.cancel,
  commandIds.forceFail,
  commandIds.retry,
  commandIds.runAgain,
];

/** A link that runs a command on a job. */
export function commandLink(label: string, command: string, jobId: string): string {
  return `[${escapeMarkdown(label)}](command:${command}?${encodeURIComponent(JSON.stringify([jobId]))})`;
}

/**
 * A summary of the job with links to its actions. `mayStart`: whether jobs may be started in this workspace.
 * `connection`: the connection of a remote job, if known.
 */
export function renderTooltip(
  job: Job,
  now: number,
  mayStart: boolean,
  t: Translate,
  connection: Connection | null = null,
): string {
  // For groups, the daemon writes this message in English only.
  const message = job.children === null ? job.progress?.message : formatChildren({ ...job.children, completed: 0 }, t);
  const progress = [formatProgress(job, t), job.progress?.phase, message].flatMap((part) => part || []);
  const lines = [
    `**${escapeMarkdown(oneLine(job.title))}**`,
    [statusWord(job, t), ...times(job, now, t), leftoverSentence(job, t) ?? '']
      .filter(Boolean)
      .map(escapeMarkdown)
      .join(' · '),
    progress.map((part) => escapeMarkdown(oneLine(part))).join(' · '),
    ...(job.error === null || job.status !== 'failed'
      ? []
      : [
          // The hint about a bare exit code refers to the output, which the headline is part of.
          [failureReason(job.error, t), headlineText(job.error) === null ? (hintText(job.error, t) ?? '') : '']
            .map((part) => escapeMarkdown(oneLine(part, 500)))
            .join(' ')
            .trim(),
        ]),
    job.commandLine === null ? '' : codeBlock(job.commandLine, 'sh'),
    job.cwd === null ? '' : t('in {0}', escapeMarkdown(oneLine(job.cwd, 500))),
    job.tags.length === 0 ? '' : t('Tags: {0}', escapeMarkdown(job.tags.join(', '))),
    ...remoteLines(job, connection, now, t),
    links(job, mayStart, connection, t).join(' · '),
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

function times(job: Job, now: number, t: Translate): string[] {
  const attempt = job.attempt > 1 ? [t('attempt {0}', job.attempt)] : [];
  if (job.startedAt === null) return [t('queued {0}', clock(job.queuedAt, t)), ...attempt];
  if (!isTerminal(job.status) || job.endedAt === null)
    return [
      t('started {0}', clock(job.startedAt, t)),
      ...[timeLeftSentence(job, now, t)].flatMap((part) => part ?? []),
      ...attempt,
    ];
  const exit = job.exitCode === null ? [] : [t('exit code {0}', job.exitCode)];
  return [...exit, t('after {0}', formatDuration(runTime(job, now) ?? 0, t)), clock(job.endedAt, t), ...attempt];
}

/** A time in the user's time zone and format. */
function clock(at: string, { language }: Translate): string {
  return new Date(at).toLocaleString(language);
}

/** Links to the actions in the menu of the row. */
function links(job: Job, mayStart: boolean, connection: Connection | null, t: Translate): string[] {
  const tokens = offered(contextTokens(job), connection);
  const link = (token: string, label: string, command: string) =>
    tokens.includes(token) ? [commandLink(label, command, job.id)] : [];
  return [
    commandLink(t('Details'), commandIds.showDetails, job.id),
    ...link('hasLog', t('Open Log in Tab'), commandIds.openLog),
    ...(shownStatus(job) === 'cancelling'
      ? link('active', t('Force Stop…'), commandIds.forceFail)
      : link('cancelable', t('Cancel'), commandIds.cancel)),
    ...(mayStart ? link('rerunnable', t('Run Again'), commandIds.runAgain) : []),
    ...(mayStart ? link('retryable', t('Retry'), commandIds.retry) : []),
  ];
}
