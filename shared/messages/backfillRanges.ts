/** Why the range of a backfill is not valid. */
import { defineProblems } from './define.ts';

export const rangeProblem = defineProblems({
  'INVALID_RANGE/reversed': {
    message: 'The range from {from} to {to} ends before it begins.',
    hint: 'Swap the two times.',
  },
  'INVALID_RANGE/empty': {
    message: 'The range from {from} to {to} is empty.',
    hint: 'The end is not part of the range.',
  },
  'INVALID_RANGE/time': {
    message: '“{text}” is not a valid time for “{field}”.',
    hint: 'Use a day such as 2026-03-01, or a time such as 2026-03-01T14:00 or 2026-03-01T14:00Z.',
  },
  'INVALID_RANGE/skippedTime': {
    message: '“{text}” does not exist in {timezone}, because the clocks are set forward then.',
    hint: 'Use a time an hour later.',
  },
  'INVALID_RANGE/noCronTime': {
    message: '“{cron}” does not fire in this range.',
    hint: 'Use another cron expression, or a longer range.',
  },
  'INVALID_RANGE/tooMany': {
    message: 'The range has {intervals:number} intervals, but a backfill can have at most {limit:number}.',
    hint: 'Use a shorter range, or longer intervals.',
  },
  'INVALID_RANGE/tooManyCronTimes': {
    message: 'The range has more than {limit:number} intervals, the maximum of a backfill.',
    hint: 'Use a shorter range, or a cron expression that fires less often.',
  },
  'INVALID_RANGE/timeZone': {
    message: 'Unknown time zone “{timezone}”.',
    hint: 'Use an IANA name such as Europe/Berlin or America/New_York, or UTC.',
  },
});
