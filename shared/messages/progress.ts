/** Progress that is read from a job's output. */
import { defineMessages, defineProblems } from './define.ts';

export const progressProblem = defineProblems({
  'INVALID_REQUEST/progressPattern': {
    message: 'The progress pattern is not a valid regular expression: {reason}.',
    hint: 'For example: (?<current>\\d+) of (?<total>\\d+)',
  },
  'INVALID_REQUEST/progressGroups': {
    message: 'The progress pattern has no named group to read progress from.',
    hint: 'Name a group with one of {groups}. For example: (?<percent>\\d+) percent',
  },
});

/** Entries in the timeline. */
export const progressMessage = defineMessages({
  'progress.patternTooSlow': 'The progress pattern took too long for a line of output. It is no longer used.',
});
