/** A job as a row of the tree, without the editor: what the row says, pictures and offers. */
import { formatAgo, formatDuration, formatProgress, runTime, statusWord } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal, type ShownStatus, shownStatus } from '../../shared/status.ts';
import { oneLine, type Translate } from '../text.ts';
import { timeLeftText } from './timeLeftText.ts';

/** A codicon with the theme's colour for it. */
export interface RowIcon {
  readonly icon: string;
  readonly color: string;
}

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: RowIcon;
  /** Tokens that menus look for, separated by spaces. */
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
}

/** One shape per status, so that colour never says it alone. */
export const statusIcons: Record<ShownStatus, RowIcon> = {
  pending: { icon: 'circle-large-outline', color: 'charts.blue' },
  waiting: { icon: 'clock', color: 'charts.yellow' },
  running: { icon: 'sync~spin', color: 'charts.blue' },
  cancelling: { icon: 'loading~spin', color: 'charts.yellow' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  completed: { icon: 'pass', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  cancelled: { icon: 'circle-slash', color: 'disabledForeground' },
  lost: { icon: 'debug-disconnect', color: 'charts.orange' },
};

/**
 * The row of a job at `now` (milliseconds). Nothing in it ticks: times are coarse, durations only of what has ended.
 * `icon`: instead of that of its status.
 */
export function renderRow(job: Job, now: number, t: Translate, icon: RowIcon = statusIcons[shownStatus(job)]): Row {
  const label = oneLine(job.title) || job.id;
  const description = describe(job, now, t);
  return {
    label,
    description,
    icon,
    context: contextTokens(job).join(' '),
    spoken: [label, statusWord(job), description].filter((part) => part !== '').join(', '),
  };
}

function describe(job: Job, now: number, t: Translate): string {
  const parts = isTerminal(job.status) ? describeEnded(job, now, t) : describeActive(job, now, t);
  if (job.attempt > 1) parts.push(t('attempt {0}', job.attempt));
  return parts.join(' · ');
}

function describeActive(job: Job, now: number, t: Translate): string[] {
  if (job.children !== null) return describeGroup(job, t);
  if (shownStatus(job) === 'cancelling') return [t('cancelling…')];
  if (shownStatus(job) === 'paused') return [t('paused')];
  if (job.status === 'pending') return [t('starting…')];
  if (job.status === 'waiting') return [job.waitReason === null ? t('waiting') : waitSentence(job.waitReason, t)];
  const told = [formatProgress(job), job.progress?.phase ?? job.progress?.message].flatMap((part) => part || []);
  const left = timeLeftText(job, now, t);
  if (told.length > 0) return [...told.map((part) => oneLine(part, 80)), ...left];
  return job.startedAt === null ? [] : [t('started {0}', formatAgo(job.startedAt, now)), ...left];
}

/** How many of its jobs are done, and how the others stand. */
function describeGroup(job: Job, t: Translate): string[] {
  const done = formatProgress(job) ?? '';
  if (shownStatus(job) === 'cancelling') return [done, t('cancelling…')];
  return [done, ...(job.progress?.message ? [oneLine(job.progress.message, 80)] : [])];
}

function describeEnded(job: Job, now: number, t: Translate): string[] {
  const ago = job.endedAt === null ? [] : [formatAgo(job.endedAt, now)];
  switch (job.status) {
    case 'failed':
      return [failure(job, t), ...ago];
    case 'cancelled':
      return [t('cancelled'), ...ago];
    case 'lost':
      return [t('lost'), ...ago];
    default: {
      const time = runTime(job, now);
      return [
        ...(job.children === null ? [] : [formatProgress(job) ?? '']),
        ...(time === null ? [] : [formatDuration(time)]),
        ...ago,
      ];
    }
  }
}

/** Why a job failed, in a few words. */
export function failure(job: Job, t: Translate): string {
  if (job.signal !== null) return job.signal;
  if (job.error !== null && job.error.code !== 'EXIT_CODE') return oneLine(job.error.message, 80);
  return job.exitCode === null ? t('failed') : t('exit code {0}', job.exitCode);
}

function waitSentence(reason: NonNullable<Job['waitReason']>, t: Translate): string {
  switch (reason) {
    case 'rateLimit':
      return t('waits for its rate limit');
    case 'queueFull':
      return t('waits for its turn');
    case 'groupFull':
      return t('waits for its turn in the group');
    case 'dependency':
      return t('waits for another job');
    case 'delay':
      return t('starts later');
    case 'hold':
      return t('held');
    case 'remoteWorker':
      return t('waits for a worker');
    case 'retryBackoff':
      return t('tries again soon');
    case 'queuePaused':
      return t('its queue is paused');
  }
}

/** What menus may offer for a job, by what the daemon says applies to it. */
export function contextTokens(job: Job): string[] {
  const { cancel, retry, remove, pause, resume, hold, release, input, forceFail } = job.capabilities;
  return [
    'job',
    ...(cancel.allowed && shownStatus(job) !== 'cancelling' ? ['cancelable'] : []),
    ...(retry.allowed ? [job.status === 'completed' ? 'rerunnable' : 'retryable'] : []),
    ...(retry.allowed && job.commandLine !== null ? ['editable'] : []),
    ...(pause.allowed ? ['pausable'] : []),
    ...(resume.allowed ? ['resumable'] : []),
    ...(hold.allowed ? ['holdable'] : []),
    ...(release.allowed ? ['releasable'] : []),
    ...(input.allowed ? ['takesInput'] : []),
    ...(forceFail.allowed ? ['active'] : []),
    ...(remove.allowed ? ['removable'] : []),
    ...(job.commandLine !== null ? ['hasCommand'] : []),
    ...(job.attempt > 0 ? ['hasLog'] : []),
  ];
}
