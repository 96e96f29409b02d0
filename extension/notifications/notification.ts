/** Which finished jobs to notify about, and the texts of the notifications. Pure. */
import type { JobErrorCode } from '../../shared/errors.ts';
import { headlineText } from '../../shared/failureReason.ts';
import { formatDuration, runTime } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { hintText, oneLine, type Translate } from '../base/text.ts';
import { failure } from '../row/row.ts';

export const notificationLevels = ['never', 'failures', 'all'] as const;
export type NotificationLevel = (typeof notificationLevels)[number];

export interface NotificationRules {
  readonly level: NotificationLevel;
  /** The user's levels for job types, which take precedence over all others. */
  readonly byType: Readonly<Record<string, NotificationLevel>>;
  /** Folders of this window, as paths. */
  readonly folders: readonly string[];
  /** Whether the user is viewing the page or log of the job. */
  isInView(job: Job): boolean;
  /** The level in the definition of the job, which replaces `level`. Null if not set. */
  definedLevel(job: Job): NotificationLevel | null;
  /** Whether the job belongs to a group, which has its own notification. */
  hasGroup(job: Job): boolean;
}

/** One notification about jobs that finished at the same time. */
export interface JobNotification {
  /** Whether one of them failed. */
  readonly failed: boolean;
  readonly jobs: readonly Job[];
}

/**
 * The finished jobs of this window to notify about. A job belongs to the windows that have its folder open. A job
 * without a folder belongs to windows without a folder. Cancelled jobs need no notification.
 */
export function jobsToNotify(ended: readonly Job[], rules: NotificationRules): Job[] {
  return ended.filter((job) => wanted(job, rules));
}

/** One notification about all of the jobs, failures first. Null for none. */
export function notificationOf(jobs: readonly Job[]): JobNotification | null {
  if (jobs.length === 0) return null;
  const failed = jobs.filter(({ status }) => status !== 'completed');
  const completed = jobs.filter(({ status }) => status === 'completed');
  return { failed: failed.length > 0, jobs: [...failed, ...completed] };
}

/** Errors of tracked jobs with an unknown outcome. Usually the user closed the terminal or the window, and knows. */
const unknownOutcome: readonly string[] = ['ENDING_NOT_SEEN', 'WINDOW_CLOSED'] satisfies JobErrorCode[];

function wanted(job: Job, { level, byType, folders, isInView, definedLevel, hasGroup }: NotificationRules): boolean {
  if (job.status === 'cancelled' || hasGroup(job) || isInView(job) || !isOurs(job, folders)) return false;
  if (unknownOutcome.includes(job.error?.code ?? '')) return false;
  const own = Object.hasOwn(byType, job.type) ? byType[job.type] : undefined;
  switch (own ?? definedLevel(job) ?? level) {
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

/** Maximum number of jobs named in a notification. */
const namedJobs = 3;

/** The text of a notification. */
export function notificationText({ failed, jobs }: JobNotification, t: Translate): string {
  const [first] = jobs;
  if (first !== undefined && jobs.length === 1) return failed ? failedSentence(first, t) : completedSentence(first, t);
  const failures = jobs.filter(({ status }) => status !== 'completed');
  const named = failed ? failures : jobs;
  const names = named.slice(0, namedJobs).map(({ title }) => t('“{0}”', oneLine(title, 40)));
  const listed = [...names, ...(named.length > namedJobs ? ['…'] : [])].join(', ');
  if (failed && failures.length < jobs.length)
    return t('{0} of {1} jobs failed: {2}', failures.length, jobs.length, listed);
  return failed ? t('{0} jobs failed: {1}', jobs.length, listed) : t('{0} jobs completed: {1}', jobs.length, listed);
}

/** The cause comes first if the program said it. */
function failedSentence(job: Job, t: Translate): string {
  const headline = job.error === null ? null : headlineText(job.error);
  if (headline !== null) return t('{0} · “{1}” failed', oneLine(headline, 200), oneLine(job.title, 80));
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
