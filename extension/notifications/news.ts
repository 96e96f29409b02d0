/** Which endings people are told of, and in what words. Pure. */
import type { JobErrorCode } from '../../shared/errors.ts';
import { formatDuration, runTime } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { hintText, oneLine, type Translate } from '../base/text.ts';
import { failure } from '../row/row.ts';

export const notificationLevels = ['never', 'failures', 'all'] as const;
export type NotificationLevel = (typeof notificationLevels)[number];

export interface NewsRules {
  readonly level: NotificationLevel;
  /** What the user set for some types of job, which comes before all else. */
  readonly byType: Readonly<Record<string, NotificationLevel>>;
  /** Folders of this window, as paths. */
  readonly folders: readonly string[];
  /** Whether somebody has the job's page or log before their eyes. */
  isLookedAt(job: Job): boolean;
  /** What the definition of a job says, instead of the level; null for what says nothing. */
  ownLevel(job: Job): NotificationLevel | null;
  /** Whether a job is told of with the group it belongs to. */
  hasGroup(job: Job): boolean;
}

/** What people may be told by one message: failures, or completions. */
export interface News {
  readonly failed: boolean;
  readonly jobs: readonly Job[];
}

/**
 * The endings of this window's jobs that somebody wants to hear of, failures first. A job belongs to the window that
 * has its folder; one without a folder to those that have none. Who cancelled a job knows that it ended.
 */
export function newsOf(ended: readonly Job[], rules: NewsRules): News[] {
  return grouped(ended.filter((job) => wanted(job, rules)));
}

/** Jobs to tell of, as one message for those that failed and one for the others. */
export function grouped(told: readonly Job[]): News[] {
  const failed = told.filter(({ status }) => status !== 'completed');
  const completed = told.filter(({ status }) => status === 'completed');
  return [
    ...(failed.length > 0 ? [{ failed: true, jobs: failed }] : []),
    ...(completed.length > 0 ? [{ failed: false, jobs: completed }] : []),
  ];
}

/** Endings nobody saw, most often because somebody closed the terminal or the window: that is no news to them. */
const unseen: readonly string[] = ['ENDING_NOT_SEEN', 'WINDOW_CLOSED'] satisfies JobErrorCode[];

function wanted(job: Job, { level, byType, folders, isLookedAt, ownLevel, hasGroup }: NewsRules): boolean {
  if (job.status === 'cancelled' || hasGroup(job) || isLookedAt(job) || !isOurs(job, folders)) return false;
  if (unseen.includes(job.error?.code ?? '')) return false;
  const own = Object.hasOwn(byType, job.type) ? byType[job.type] : undefined;
  switch (own ?? ownLevel(job) ?? level) {
    case 'never':
      return false;
    case 'failures':
      return job.status !== 'completed';
    case 'all':
      return true;
  }
}

function isOurs({ workspace }: Job, folders: readonly string[]): boolean {
  if (workspace === null) return folders.length === 0;
  return folders.some(
    (folder) => workspace === folder || ['/', '\\'].some((end) => workspace.startsWith(folder + end)),
  );
}

/** Jobs named in one message; more of them are counted. */
const namedJobs = 3;

/** The sentence of a message. */
export function newsSentence({ failed, jobs }: News, t: Translate): string {
  const [first] = jobs;
  if (first !== undefined && jobs.length === 1) return failed ? failedSentence(first, t) : completedSentence(first, t);
  const names = jobs.slice(0, namedJobs).map(({ title }) => t('“{0}”', oneLine(title, 40)));
  const listed = [...names, ...(jobs.length > namedJobs ? ['…'] : [])].join(', ');
  return failed ? t('{0} jobs failed: {1}', jobs.length, listed) : t('{0} jobs completed: {1}', jobs.length, listed);
}

function failedSentence(job: Job, t: Translate): string {
  const hint = job.error === null || job.error.code === 'EXIT_CODE' ? null : hintText(job.error, t);
  const text = t('“{0}” failed: {1}', oneLine(job.title, 80), failure(job, t).replace(/\.?$/, '.'));
  return hint === null ? text : `${text} ${oneLine(hint, 200)}`;
}

function completedSentence(job: Job, t: Translate): string {
  const ms = job.startedAt === null ? null : runTime(job, 0);
  return ms === null
    ? t('“{0}” completed.', oneLine(job.title, 80))
    : t('“{0}” completed in {1}.', oneLine(job.title, 80), formatDuration(ms, t));
}
