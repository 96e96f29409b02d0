/** Text, icon and menu tokens of a job's row. Pure. */

import type { Connection } from '../../shared/connection.ts';
import { headlineText } from '../../shared/failureReason.ts';
import {
  formatAgo,
  formatChildren,
  formatDuration,
  formatProgress,
  formatWholeShare,
  runTime,
  statusWord,
} from '../../shared/format.ts';
import type { Children, Job } from '../../shared/job.ts';
import { leftoverSentence } from '../../shared/leftovers.ts';
import { isTerminal, progressShare, shownStatus } from '../../shared/status.ts';
import { timeLeftSentence } from '../../shared/timeLeft.ts';
import { waitLabel } from '../../shared/waits.ts';
import { messageText, oneLine, type Translate } from '../base/text.ts';
import { type RowIcon, statusIcon } from './icons.ts';
import { contextTokens, offered } from './menuTokens.ts';
import { withRemoteWords } from './remoteLooks.ts';

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: RowIcon;
  /** Menu tokens, separated by spaces. */
  readonly context: string;
  /** Label for screen readers. */
  readonly spoken: string;
}

export interface JobRow extends Row {
  /** The percentage of an active job. Null without progress. */
  readonly percent: string | null;
}

/**
 * The row of a job at `now` (milliseconds). It needs no timer: times are coarse, and only finished jobs show a duration.
 * `icon` replaces the status icon. `connection` is the connection of a remote job, if known.
 */
export function renderRow(
  job: Job,
  now: number,
  t: Translate,
  icon: RowIcon = statusIcon(shownStatus(job)),
  connection: Connection | null = null,
): JobRow {
  const label = oneLine(job.title) || job.id;
  const description = withRemoteWords(describe(job, now, t), job, connection, now, t).join(' · ');
  return {
    label,
    description,
    percent: percentOf(job, t),
    icon,
    context: offered(contextTokens(job), connection).join(' '),
    spoken: [label, statusWord(job, t), description].filter((part) => part !== '').join(', '),
  };
}

/** Length of a title that leaves room for the progress in a side bar of default width. */
const shortTitle = 28;

/** Label of a tree row. The title of a job with progress is shortened so that the progress stays visible. */
export function treeLabel(job: Job, { label }: Pick<Row, 'label'>): string {
  return shownStatus(job) === 'running' && job.progress !== null ? oneLine(label, shortTitle) : label;
}

/**
 * Label and description of a tree row. The percentage comes first, where neither a narrow side bar nor the buttons of the
 * row can hide it.
 */
export function narrowText(
  label: string,
  { description, percent }: Pick<JobRow, 'description' | 'percent'>,
): { label: string; description: string } {
  if (percent === null) return { label, description };
  const words = description.split(' · ');
  return { label: `${percent} ${label}`, description: words.filter((word) => word !== percent).join(' · ') };
}

function percentOf(job: Job, t: Translate): string | null {
  const share = isTerminal(job.status) || job.status === 'waiting' ? null : progressShare(job);
  return share === null ? null : formatWholeShare(share, t);
}

function describe(job: Job, now: number, t: Translate): string[] {
  const parts = isTerminal(job.status) ? describeEnded(job, now, t) : describeActive(job, now, t);
  const leftovers = leftoverSentence(job, t);
  if (leftovers !== null) parts.unshift(leftovers);
  if (job.attempt > 1) parts.push(t('attempt {0}', job.attempt));
  return parts;
}

function describeActive(job: Job, now: number, t: Translate): string[] {
  if (job.children !== null) return describeGroup(job, job.children, t);
  const reached = [formatProgress(job, t)].flatMap((part) => part ?? []);
  if (shownStatus(job) === 'cancelling') return [t('cancelling…'), ...reached];
  if (shownStatus(job) === 'paused') return [t('paused'), ...reached];
  if (job.status === 'pending') return [t('starting…')];
  if (job.status === 'waiting') return [job.waitReason === null ? t('waiting') : waitLabel(job.waitReason, t)];
  const progress = [formatProgress(job, t), job.progress?.phase ?? job.progress?.message].flatMap((part) => part || []);
  const left = [timeLeftSentence(job, now, t)].flatMap((part) => part ?? []);
  if (progress.length > 0) return [...progress.map((part) => oneLine(part, 80)), ...left];
  return job.startedAt === null ? [] : [t('started {0}', formatAgo(job.startedAt, now, t)), ...left];
}

/** How many jobs of a group are done, and the status of the others. */
function describeGroup(job: Job, children: Children, t: Translate): string[] {
  const done = formatProgress(job, t) ?? '';
  if (shownStatus(job) === 'cancelling') return [done, t('cancelling…')];
  return [done, ...[formatChildren({ ...children, completed: 0 }, t)].filter((part) => part !== '')];
}

function describeEnded(job: Job, now: number, t: Translate): string[] {
  const ago = job.endedAt === null ? [] : [formatAgo(job.endedAt, now, t)];
  switch (job.status) {
    case 'failed':
      return [failure(job, t), ...reached(job, t), ...ago];
    case 'cancelled':
      return [t('cancelled'), ...reached(job, t), ...ago];
    case 'lost':
      return [t('lost'), ...reached(job, t), ...ago];
    default: {
      const time = runTime(job, now);
      return [
        ...(job.children === null ? [] : [formatProgress(job, t) ?? '']),
        ...(time === null ? [] : [formatDuration(time, t)]),
        ...ago,
      ];
    }
  }
}

/** How far a job got that did not complete. */
function reached(job: Job, t: Translate): string[] {
  const progress = job.children === null ? formatProgress(job, t) : null;
  return progress === null ? [] : [t('at {0}', progress)];
}

/** The reason why a job failed, in a few words: what its program said, if that is known. */
export function failure(job: Job, t: Translate): string {
  const headline = job.error === null ? null : headlineText(job.error);
  if (headline !== null) return oneLine(headline, 120);
  if (job.signal !== null) return job.signal;
  if (job.error !== null && job.error.code !== 'EXIT_CODE') return oneLine(messageText(job.error, t), 80);
  return job.exitCode === null ? t('failed') : t('exit code {0}', job.exitCode);
}
