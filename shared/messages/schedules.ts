/** Why a command on a schedule is refused, and entries of its history. */
import { defineMessages, defineProblems } from './define.ts';

export const scheduleProblem = defineProblems({
  SCHEDULE_NOT_FOUND: {
    message: 'There is no schedule {schedule}.',
    hint: 'Run “jobdeck schedule ls” to list schedules.',
  },
  SCHEDULE_EXISTS: {
    message: 'There is already a schedule {schedule}.',
    hint: 'Use another name, or replace it with --replace.',
  },
  'SCHEDULE_EXISTS/defined': {
    message: 'There is already a schedule {schedule}, which is defined in {file}.',
    hint: 'Use another name.',
  },
  SCHEDULE_DEFINED: {
    message: 'The schedule {schedule} is defined in {file}.',
    hint: 'Edit that file. To stop its runs, use “jobdeck schedule pause {schedule}”.',
  },
  'INVALID_REQUEST/scheduleNames': {
    message: 'Two schedules in {file} have the same name.',
    hint: 'Rename one of them.',
  },
});

/** Why no job was started, for one due time or for several since `first`. */
export const scheduleHistory = defineMessages({
  'schedule.away': 'The daemon was not running, or the machine was asleep.',
  'schedule.awayTimes': '{count} times since {first}: the daemon was not running, or the machine was asleep.',
  'schedule.awayManyTimes': 'More than {count} times: the daemon was not running, or the machine was asleep.',
  'schedule.stillActive': '`{title}` ({id}) had not finished.',
  'schedule.stillActiveTimes': '{count} times since {first}: `{title}` ({id}) had not finished.',
  'schedule.tooManyActive': '{count} jobs of the schedule have not finished.',
  'schedule.failed': '{problem} {hint}',
  'schedule.paused': '{problem} The schedule was paused.',
});
