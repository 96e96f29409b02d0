/** Why a cron expression or its time zone is not valid. */
import { defineProblems } from './define.ts';

const form =
  'Use five fields (minute hour day month weekday), such as “0 3 * * *” for every day at 3:00, six fields with the seconds first, or @hourly, @daily, @weekly, @monthly or @yearly.';
const field = 'Each field is a number, a range such as 1-5, a list such as 1,5, a step such as */5, or *.';

export const cronProblem = defineProblems({
  'INVALID_CRON/empty': { message: 'The cron expression is empty.', hint: form },
  'INVALID_CRON/fieldCount': {
    message: {
      one: '“{cron}” is not a valid cron expression: it has 1 field.',
      other: '“{cron}” is not a valid cron expression: it has {count} fields.',
    },
    hint: form,
  },
  'INVALID_CRON/nickname': { message: '“{cron}” is not a valid cron expression.', hint: form },
  'INVALID_CRON/second': {
    message: '“{cron}” is not a valid cron expression: “{part}” is not a valid second (0 to 59).',
    hint: field,
  },
  'INVALID_CRON/minute': {
    message: '“{cron}” is not a valid cron expression: “{part}” is not a valid minute (0 to 59).',
    hint: field,
  },
  'INVALID_CRON/hour': {
    message: '“{cron}” is not a valid cron expression: “{part}” is not a valid hour (0 to 23).',
    hint: field,
  },
  'INVALID_CRON/day': {
    message: '“{cron}” is not a valid cron expression: “{part}” is not a valid day (1 to 31, or L for the last).',
    hint: field,
  },
  'INVALID_CRON/month': {
    message: '“{cron}” is not a valid cron expression: “{part}” is not a valid month (1 to 12, or JAN to DEC).',
    hint: field,
  },
  'INVALID_CRON/weekday': {
    message: '“{cron}” is not a valid cron expression: “{part}” is not a valid weekday (0 to 7, or SUN to SAT).',
    hint: field,
  },
  'INVALID_CRON/syntax': { message: '“{cron}” is not a valid cron expression: {reason}.', hint: form },
  'INVALID_CRON/neverFires': {
    message: '“{cron}” never fires, because no such day exists.',
    hint: 'Check its day and month.',
  },
  'INVALID_CRON/timeZone': {
    message: 'Unknown time zone “{timezone}”.',
    hint: 'Use an IANA name such as Europe/Berlin or America/New_York, or UTC.',
  },
});
