/** Warnings about the daemon itself. */
import { defineProblems } from './define.ts';

const hint = 'See daemon.log for details.';

export const daemonWarning = defineProblems({
  DATABASE_SET_ASIDE: {
    message: 'The database could not be read. It was moved to {file}, and a new one was created.',
    hint: 'Earlier jobs are in that file. Their logs are kept.',
  },
  LOG_UNWRITABLE: {
    message: 'The daemon can’t write to {file}: {reason}.',
    hint: 'Delete what is in its place, then restart the daemon.',
  },
  'HEALTH_INCOMPLETE/jobs': { message: 'Could not read the number of jobs: {reason}.', hint },
  'HEALTH_INCOMPLETE/oldestWaiting': { message: 'Could not read the longest wait: {reason}.', hint },
  'HEALTH_INCOMPLETE/lastCleanUp': { message: 'Could not read the last cleanup: {reason}.', hint },
  'HEALTH_INCOMPLETE/queues': { message: 'Could not read the queues: {reason}.', hint },
  'HEALTH_INCOMPLETE/engines': { message: 'Could not read the engines: {reason}.', hint },
  'HEALTH_INCOMPLETE/schedules': { message: 'Could not read the schedules: {reason}.', hint },
  'HEALTH_INCOMPLETE/databaseBytes': { message: 'Could not read the size of the database: {reason}.', hint },
  'HEALTH_INCOMPLETE/stale': { message: 'Could not read the stale jobs: {reason}.', hint },
});
