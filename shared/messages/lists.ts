/** Why a request for a list of jobs, or about old jobs, is refused. */
import { whenForms } from '../when.ts';
import { defineProblems } from './define.ts';

export const listProblem = defineProblems({
  'INVALID_REQUEST/time': {
    message: '“{text}” is not a valid time for “{field}”.',
    hint: `Use ${whenForms}.`,
  },
  'INVALID_REQUEST/skippedTime': {
    message: '“{text}” does not exist, because the clocks are set forward then.',
    hint: 'Use a time an hour later.',
  },
  'INVALID_REQUEST/timesReversed': {
    message: '“since” is later than “until”.',
    hint: 'Use the earlier time for “since”.',
  },
  'INVALID_REQUEST/filterValue': {
    message: '“{value}” is not a valid {field}.',
    hint: 'Use any of: {values}.',
  },
  'INVALID_REQUEST/searchEmpty': {
    message: 'The search text contains no word.',
    hint: 'Words consist of letters and digits.',
  },
  'INVALID_REQUEST/searchOrder': {
    message: 'A text search can only be sorted by “createdAt”.',
    hint: 'Leave out “sort”.',
  },
  'INVALID_REQUEST/endOrder': {
    message: 'A list filtered by end time is sorted by it, and can’t be searched for text.',
    hint: 'Leave out “sort” and “q”, or use “since” and “until”.',
  },
  'INVALID_REQUEST/cursor': {
    message: 'The cursor is not valid for this list.',
    hint: 'Leave it out to start with the first page.',
  },
  'INVALID_REQUEST/cursorOrder': {
    message: 'The cursor belongs to a list sorted by “{sort}”, {order}.',
    hint: 'Keep “sort” and “order” the same for all pages.',
  },
  'INVALID_REQUEST/clearActive': {
    message: 'Jobs with the status “{status}” can’t be cleared.',
    hint: 'Cancel them first.',
  },
});
