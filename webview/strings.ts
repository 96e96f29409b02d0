/** Every text for people on the pages but the words both sides share; `{0}`, `{1}`… are filled in by `fill`. */
import type { Priority, Step, Trigger, WaitReason } from '../shared/job.ts';
import { timeLeftWords } from '../shared/timeLeft.ts';

/** The text with `{0}`, `{1}`… replaced by the values. */
export function fill(text: string, ...values: (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

export const triggerWords: Record<Trigger, string> = {
  manual: 'By hand',
  scheduled: 'By a schedule',
  retrospective: 'Backfill',
  reported: 'Reported',
};

export const priorityWords: Record<Priority, string> = {
  low: 'Low',
  normal: 'Normal',
  high: 'High',
  urgent: 'Urgent',
};

export const waitWords: Record<WaitReason, string> = {
  rateLimit: 'for the rate limit',
  queueFull: 'for room in its queue',
  dependency: 'for another job',
  delay: 'for its time',
  hold: 'on hold',
  remoteWorker: 'for a remote worker',
  retryBackoff: 'for the next try',
  queuePaused: 'because its queue is paused',
  groupFull: 'for its turn in its group',
};

export const stepWords: Record<Step['status'], string> = {
  pending: 'Pending',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  skipped: 'Skipped',
};

export const strings = {
  loading: 'Loading the job…',
  removed: 'This job was removed.',
  removedHint: 'Its record and its logs are gone. Close this tab when you no longer need what it shows.',
  connecting: 'Connecting to the daemon…',
  reconnecting: 'Reconnecting to the daemon. This is how the job was at {0}.',
  offline: 'The daemon is not running.',
  offlineSince: 'The daemon is not running. This is how the job was at {0}.',
  unreachable: 'The daemon can’t be reached.',
  startDaemon: 'Start Daemon',
  notRead: 'The job could not be read.',
  notDone: 'That did not work.',
  dismiss: 'Dismiss',

  actions: 'Actions',
  cancel: 'Cancel',
  retry: 'Retry',
  runAgain: 'Run Again',
  retryEdited: 'Retry with Edited Command…',
  openLog: 'Open Log',
  remove: 'Remove',
  copyId: 'Copy Job ID',
  copyCommand: 'Copy Command',
  openFolder: 'Open Folder',
  showParent: 'Show Parent Job',
  noLogYet: 'There is no log before the first attempt starts.',
  noCommand: 'This job has no command that could be edited.',
  untrusted: 'This workspace is not trusted: nothing is started from it.',
  notConnected: 'There is no connection to the daemon.',

  statusOf: '{0}: {1}',
  waitingFor: 'Waiting {0}',
  attemptNumber: 'Attempt {0}',
  exitCode: 'Exit code {0}',
  signal: 'Signal {0}',

  error: 'Error',
  errorOfAttempt: 'Error of Attempt {0}',
  lastOutput: 'Last output',
  olderAttempt: 'You are looking at attempt {0}; the latest is {1}.',
  showLatest: 'Show Latest',

  progress: 'Progress',
  steps: 'Steps',
  result: 'Result',
  items: '{0} items',
  oneItem: '1 item',
  fields: '{0} fields',
  oneField: '1 field',
  yes: 'Yes',
  no: 'No',
  nothing: 'None',

  log: 'Log',
  logOfAttempt: 'Log of Attempt {0}',
  follow: 'Follow',
  followHint: 'Keep the end of the log in view',
  jumpToEnd: 'Jump to End',
  noOutputYet: 'No output yet.',
  noOutput: 'It wrote no output.',
  notStarted: 'There is no output: no attempt has started.',
  waitsForLog: 'Reading the log…',
  earlierOutput: 'What comes before is not shown here. The log holds it whole.',
  longLine: '… {0} more characters in this line',

  timeline: 'Timeline',
  noEvents: 'Nothing has happened yet.',
  showAllEvents: 'Show all {0} entries',
  context: 'Context',
  levels: { info: 'Info', warning: 'Warning', error: 'Error' },

  about: 'About this job',
  times: 'Times',
  created: 'Created',
  queued: 'Queued',
  started: 'Started',
  ended: 'Ended',
  duration: 'Duration',
  soFar: '{0} so far',
  timeLeft: timeLeftWords,
  lastActivity: 'Last activity',
  attempts: 'Attempts',
  starting: 'Starting',
  details: 'Details',
  command: 'Command',
  folder: 'Folder',
  workspace: 'Workspace',
  trigger: 'Trigger',
  engine: 'Engine',
  queue: 'Queue',
  priority: 'Priority',
  createdBy: 'Created by',
  parent: 'Parent job',
  schedule: 'Schedule',
  range: 'Date range',
  rangeOf: '{0} to {1}',
  processId: 'Process ID',
  logSize: 'Log size',
  id: 'ID',
  capabilities: 'What can be done',
  possible: 'Possible',
  rawData: 'Raw data',
  input: 'Input',
  metadata: 'Metadata',
  scope: 'Scope',
  progressData: 'Progress',
  cutJson: '… cut: {0} characters in all',
} as const;
