/** How many rows of long groups to show, so that the groups below them are in reach. */
import type { Job } from '../../shared/job.ts';
import { type GroupingRules, groupOf } from './groups.ts';

/** Maximum number of rows of a long group, and minimum number of failures that are shown although they are not new. */
const mostRows = 10;
const fewestFailures = 5;

/**
 * The limits of the groups by status. Failures after `freshSince` (ISO 8601), which have not been looked at, are all shown
 * if there is room. `unfolded`: groups without a limit.
 */
export function limitsOf(
  jobs: readonly Job[],
  freshSince: string,
  unfolded: ReadonlySet<string>,
): NonNullable<GroupingRules['limits']> {
  const fresh = jobs.filter((job) => groupOf(job) === 'failed' && (job.endedAt ?? '') > freshSince).length;
  const failed = Math.min(mostRows, Math.max(fewestFailures, fresh));
  return {
    ...(unfolded.has('waiting') ? {} : { waiting: mostRows }),
    ...(unfolded.has('failed') ? {} : { failed }),
  };
}
