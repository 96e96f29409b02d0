/** The texts of the waterfall. */
import { pageTexts } from '../../texts.ts';
import type { Column } from './order.ts';

export const waterfallStrings = pageTexts({
  job: 'Job',
  step: 'Step',
  time: 'Time',
  all: 'All',
  filters: 'Filter by status',
  attempts: '{0} attempts',
  waited: 'Waited {0}',
  waiting: 'Waiting for {0}',
  ran: 'Ran {0}',
  running: 'Running for {0}',
  startedAt: 'Started {0}',
  earlier: 'Earlier attempts {0}',
  notStarted: 'Not started',
  shown: '{0} of {1} shown',
  showMore: 'Show {0} More',
  reading: 'Loaded {0} of {1}…',
  nothingLeft: 'No jobs with this status.',
});

export const columnWords: Record<Exclude<Column, 'name' | 'start'>, string> = pageTexts({
  status: 'Status',
  progress: 'Progress',
  duration: 'Duration',
  error: 'Error',
});
