/** Every text of the statistics page for people; `{0}`, `{1}`… are filled in by `fill`. */
import type { EndStatus } from '../../shared/statsPanel.ts';
import { pageTexts } from '../texts.ts';

export const statusWords: Record<EndStatus, string> = pageTexts({
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  lost: 'Lost',
});

export const statsStrings = pageTexts({
  heading: 'Job Statistics',
  window: 'Period',
  lastDays: 'Last {0} Days',
  range: '{0} to {1}, in days of UTC',
  loading: 'Counting the jobs…',
  none: 'No job ended in these days.',
  noneHint: 'Jobs are counted when they end. Run one, or look further back.',
  announcement: 'Last {0} days: {1} ended.',

  connecting: 'Connecting to the daemon…',
  reconnecting: 'Reconnecting to the daemon. The numbers are those of {0}.',
  offline: 'The daemon is not running.',
  offlineSince: 'The daemon is not running. The numbers are those of {0}.',
  unreachable: 'The daemon can’t be reached.',
  startDaemon: 'Start Daemon',
  notRead: 'The statistics could not be read.',

  jobs: '{0} jobs',
  oneJob: '1 job',
  totals: 'Totals',
  ended: 'Jobs ended',
  active: '{0} running, {1} waiting now',
  successRate: 'Success rate',
  successOf: '{0} failed or lost',
  processing: 'Processing time',
  perDay: '{0} a day',
  throughput: 'Throughput',
  busiest: 'at most {0} on {1}',
  typical: 'Typical duration',
  p95: '95 % within {0}',
  noValue: 'None',

  days: 'Jobs per Day',
  daysChart: 'Jobs that ended each day, by status; arrow keys go from bar to bar, Enter shows the jobs',
  dayPart: '{0}, {1}: {2}',
  showStatus: 'Show {0} jobs in the Jobs view',
  showType: 'Show the jobs of type {0} in the Jobs view',
  showFailedOfType: 'Show the failed jobs of type {0} in the Jobs view',
  asTable: 'Show as Table',
  day: 'Day',

  types: 'Duration by Type',
  typesHint: 'Half of the jobs take no longer than p50, 95 % no longer than p95.',
  type: 'Type',
  jobsColumn: 'Jobs',
  success: 'Success',
  p50Column: 'p50',
  p95Column: 'p95',
  moreTypes: 'And {0} more types with fewer jobs.',
  slowest: 'Slowest Types',
  slowestNote: 'p95 {0}',
  failing: 'Most Failing Types',
  failingNote: '{0} of {1} failed',
  noFailures: 'Nothing failed.',
  noDurations: 'Nothing ran.',
});
